"""`run`: one report here and now, or once more from the data of then."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from domain.errors import InvalidParameter
from domain.runs.report_run import ReportRun
from interfaces.cli.arguments import add_mode, id_text, path
from interfaces.cli.ctrl_c import CTRL_C
from interfaces.cli.out_file import atomic_write, place_for_file
from interfaces.cli.output import progress_bar, remark, remarks_of
from interfaces.cli.run_flags import add_parameter_flags, given_flags, parameters_of
from interfaces.settings import Settings

if TYPE_CHECKING:
    from application.ports.results import ResultStore
    from application.runs.local_run import LocalRuns
    from application.views.files import FileRow

FALLBACK_LOGGER = "reportrun.worker.fallback"
"""Says that DuckDB makes a report that a server could not make."""

SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
"""Names of files that a spreadsheet program would not read as the CSV that is written."""


def add_run(command: argparse.ArgumentParser) -> None:
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("report_type", type=id_text, metavar="REPORT_TYPE", nargs="?", help="such as balance.summary.1")
    what.add_argument(
        "--as-of-run", type=id_text, metavar="RUN_ID", help="make a finished run's file again, from the data of then"
    )
    add_parameter_flags(command)
    command.add_argument("--out", type=path, metavar="FILE", help="where the CSV goes (default: stdout)")
    command.add_argument(
        "--account", type=id_text, metavar="acct_...", help="whose report it is (default: the platform)"
    )
    add_mode(command)


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Make one report here and now, with its events, as if it had been asked for over HTTP.

    Times are Unix seconds or ISO 8601; without a zone they are local to --timezone. Types that the API offers in live
    mode only are made in either mode. With --as-of-run the file of a finished run is made again from the version of the
    ledger that it read, and compared with what is on record.

    Example: reportrun run balance.summary.1 --month 2025-01 --timezone Europe/Berlin --out january.csv
    Example: reportrun run payouts.itemized.2 --interval-start 2025-01-01 --interval-end 2025-01-15 --currency eur
    """
    from interfaces.composition.installation import Installation
    from interfaces.composition.reports import local_runs

    out = None if options.out is None else _place_for_csv(options.out)
    if options.as_of_run is not None:
        _must_be_alone(options)
    with Installation(settings) as installation, remarks_of(FALLBACK_LOGGER):
        local = local_runs(installation)
        if options.as_of_run is not None:
            _make_again(local, options.as_of_run, settings.data, out)
        else:
            _deliver(_make(local, options, installation.clock.now()), installation.results, out)
    return 0


def _place_for_csv(named: Path) -> Path:
    """The path to write. Raises `InvalidParameter` where no file can be written, or its name is that of a workbook."""
    if named.suffix.lower() in SPREADSHEETS:
        raise InvalidParameter(
            f"{named} would hold CSV under the name of a spreadsheet, which cannot be written yet. Name it "
            f"{named.stem}.csv: spreadsheet programs open that."
        )
    return place_for_file(named, "the file")


def _make(local: LocalRuns, options: argparse.Namespace, now: datetime) -> FileRow:
    scope = local.scope(options.account, livemode=options.mode == "live")
    offer = local.offer(scope, options.report_type)
    given = parameters_of(options, offer.report_type, now)
    file = local.make(scope, offer, given, _watched, lambda: CTRL_C.asked)
    why_empty = local.why_empty(offer, file)
    if why_empty:
        remark(why_empty)
    return file


@contextmanager
def _watched(run: ReportRun) -> Iterator[Callable[[float], None]]:
    """Names a run on stderr, and shows its progress."""
    remark(f"{run.id} {run.report_type} in {run.scope.mode} mode")
    with progress_bar(run.report_type) as progress:
        yield lambda part: progress(run.report_type, part)


def _must_be_alone(options: argparse.Namespace) -> None:
    """Raises `InvalidParameter` for flags that would say something else than the run that is made again."""
    flags = [*given_flags(options), *(["--account"] if options.account is not None else [])]
    if flags:
        raise InvalidParameter(f"--as-of-run takes what the run itself was asked for. Leave {flags[0]} out.")


def _make_again(local: LocalRuns, run_id: str, folder: Path, out: Path | None) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        made = Path(scratch) / f"{run_id}.csv"
        with progress_bar(run_id) as progress:
            again = local.make_again(run_id, made, lambda part: progress(run_id, part))
        on_record = again.on_record
        remark(f"The same, byte for byte: sha256 {on_record.sha256}, from ledger version {on_record.ledger_version}.")
        if again.engine != again.engine_on_record:
            remark(f"It was made by {again.engine_on_record} then, and by {again.engine} now.")
        with made.open("rb") as file, _output(out) as target:
            shutil.copyfileobj(file, target)


def _deliver(file: FileRow, results: ResultStore, out: Path | None) -> None:
    async def write() -> None:
        with _output(out) as target:
            async for chunk in results.read(file.id, 0, file.size):
                target.write(chunk)

    asyncio.run(write())
    if out is not None:
        remark(f"{file.size:,} bytes, sha256 {file.sha256}, in {out}")


@contextmanager
def _output(out: Path | None) -> Iterator[BinaryIO]:
    if out is not None:
        with atomic_write(out) as target:
            yield target
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()
