"""`run`: one report here and now, or once more from the data of then."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from domain.errors import InvalidParameter
from domain.instants import utc_text
from domain.runs.report_run import ReportRun
from interfaces.cli.arguments import add_mode, id_text, path
from interfaces.cli.ctrl_c import CTRL_C
from interfaces.cli.output import progress_bar, remark, remarks_of
from interfaces.cli.run_flags import EDGES, add_parameter_flags, given_flags, parameters_of
from interfaces.cli.run_output import is_workbook, place_for_report, write_report
from interfaces.host.scratch_folder import ScratchFolder
from interfaces.host.streams.sync_stream import in_sync
from interfaces.settings import Settings

if TYPE_CHECKING:
    from application.ports.results import ResultStore
    from application.runs.local_run import LocalRuns
    from application.views.files import FileRow

CHUNK_BYTES = 262_144

STDOUT = Path("-")

FALLBACK_LOGGER = "reportrun.worker.fallback"
"""Says that DuckDB makes a report that a server could not make."""


def add_run(command: argparse.ArgumentParser) -> None:
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("report_type", type=id_text, metavar="REPORT_TYPE", nargs="?", help="such as balance.summary.1")
    what.add_argument(
        "--as-of-run", type=id_text, metavar="RUN_ID", help="make a finished run's file again, from the data of then"
    )
    add_parameter_flags(command)
    command.add_argument(
        "--out", type=path, metavar="FILE", help="for the CSV, or NAME.xlsx for a workbook (default, and -: stdout)"
    )
    command.add_argument(
        "--account", type=id_text, metavar="acct_...", help="whose report it is (default: the platform)"
    )
    add_mode(command)


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Make one report here and now, with its events, as if it had been asked for over HTTP.

    Times are Unix seconds or ISO 8601; without a zone they are local to --timezone. Types that the API offers in live
    mode only are made in either mode. With --as-of-run the file of a finished run is made again from the version of the
    ledger that it read, and compared with what is on record. A name that ends with .xlsx gives a workbook: amounts are
    numbers in it where a spreadsheet keeps them exactly.

    Example: reportrun run balance.summary.1 --month 2025-02 --timezone Europe/Berlin --out february.csv
    Example: reportrun run payouts.itemized.2 --interval-start 2025-01-01 --interval-end 2025-01-15 --currency eur
    """
    from interfaces.composition.installation import Installation
    from interfaces.composition.reports import local_runs

    out = None if options.out in (None, STDOUT) else place_for_report(options.out, settings)
    if options.as_of_run is not None:
        _must_be_alone(options)
    with Installation(settings) as installation, remarks_of(FALLBACK_LOGGER):
        local = local_runs(installation)
        if options.as_of_run is not None:
            _make_again(local, options.as_of_run, settings.spill_folder, out)
        else:
            _deliver(local, _make(local, options, installation.clock.now()), installation.results, out)
    return 0


def _make(local: LocalRuns, options: argparse.Namespace, now: datetime) -> FileRow:
    scope = local.scope(options.account, livemode=options.mode == "live")
    offer = local.offer(scope, options.report_type)
    given = parameters_of(options, offer.report_type, now)
    watch = partial(_watched, is_whole=given.keys().isdisjoint(EDGES))
    file = local.make(scope, offer, given, watch, lambda: CTRL_C.asked)
    why_empty = local.why_empty(offer, file)
    if why_empty:
        remark(why_empty)
    return file


@contextmanager
def _watched(run: ReportRun, *, is_whole: bool) -> Iterator[Callable[[float], None]]:
    """Names a run on stderr, and shows its progress.

    is_whole  whether it is over all of the data, for want of an interval
    """
    edges = [utc_text(run.parameters[edge]) for edge in EDGES if edge in run.parameters]
    interval = f", over all of the data: {' through '.join(edges)}" if is_whole and edges else ""
    remark(f"{run.id} {run.report_type} in {run.scope.mode} mode{interval}")
    with progress_bar(run.report_type) as progress:
        yield lambda part: progress(run.report_type, part)


def _must_be_alone(options: argparse.Namespace) -> None:
    """Raises `InvalidParameter` for flags that would say something else than the run that is made again."""
    flags = [*given_flags(options), *(["--account"] if options.account is not None else [])]
    if flags:
        raise InvalidParameter(f"--as-of-run takes what the run itself was asked for. Leave {flags[0]} out.")


def _make_again(local: LocalRuns, run_id: str, spill_folder: Path, out: Path | None) -> None:
    scratch = ScratchFolder(spill_folder, "again-")
    try:
        made = scratch.path / f"{run_id}.csv"
        with progress_bar(run_id) as progress:
            again = local.make_again(run_id, made, lambda part: progress(run_id, part))
        on_record = again.on_record
        remark(f"The same, byte for byte: sha256 {on_record.sha256}, from ledger version {on_record.ledger_version}.")
        if again.engine != again.engine_on_record:
            remark(f"It was made by {again.engine_on_record} then, and by {again.engine} now.")
        with made.open("rb") as file:
            write_report(_chunks_of(file), out, local.separator_of(run_id))
    finally:
        scratch.remove()


def _deliver(local: LocalRuns, file: FileRow, results: ResultStore, out: Path | None) -> None:
    write_report(in_sync(results.read(file.id, 0, file.size)), out, local.separator_of(file.run_id))
    if is_workbook(out):
        remark(f"A workbook in {out}, of a CSV with {file.size:,} bytes, sha256 {file.sha256}")
    elif out is not None:
        remark(f"{file.size:,} bytes, sha256 {file.sha256}, in {out}")


def _chunks_of(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(CHUNK_BYTES), b"")
