"""`run`: one report here and now, or once more from the data of then."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from domain.errors import InvalidParameter
from domain.runs.report_run import ReportRun
from interfaces.cli.arguments import add_mode, id_text, instant, path, plain
from interfaces.cli.ctrl_c import CTRL_C
from interfaces.cli.out_file import atomic_write, place_for_file
from interfaces.cli.output import progress_bar, remark
from interfaces.settings import Settings

if TYPE_CHECKING:
    from application.ports.results import ResultStore
    from application.runs.local_run import LocalRuns
    from application.views.files import FileRow

LISTS = ("columns", "connected_accounts")
"""Parameters that take several values, separated by commas."""


def add_run(command: argparse.ArgumentParser) -> None:
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("report_type", type=id_text, metavar="REPORT_TYPE", nargs="?", help="such as balance.summary.1")
    what.add_argument(
        "--as-of-run", type=id_text, metavar="RUN_ID", help="make a finished run's file again, from the data of then"
    )
    command.add_argument("--interval-start", type=instant, metavar="T", help="default: where the data begins")
    command.add_argument("--interval-end", type=instant, metavar="T", help="default: where the data ends")
    command.add_argument(
        "--param", action="append", type=plain, default=[], metavar="NAME=VALUE", help="any other parameter"
    )
    command.add_argument("--out", type=path, metavar="FILE", help="where the CSV goes (default: stdout)")
    command.add_argument(
        "--account", type=id_text, metavar="acct_...", help="whose report it is (default: the platform)"
    )
    add_mode(command)


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Make one report here and now, with its events, as if it had been asked for over HTTP.

    `--param columns=a,b` names columns. Times are Unix seconds or ISO 8601. With --as-of-run the file of a finished run
    is made again from the version of the ledger that it read, and compared with what is on record.

    Example: reportrun run balance.summary.1 --interval-start 2025-01-01 --interval-end 2025-02-01 --out january.csv
    """
    from interfaces.composition.installation import Installation
    from interfaces.composition.reports import local_runs

    out = None if options.out is None else place_for_file(options.out, "the file")
    if options.as_of_run is not None:
        _must_be_alone(options)
    with Installation(settings) as installation:
        local = local_runs(installation)
        if options.as_of_run is not None:
            _make_again(local, options.as_of_run, settings.data, out)
        else:
            _deliver(_make(local, options), installation.results, out)
    return 0


def _make(local: LocalRuns, options: argparse.Namespace) -> FileRow:
    scope = local.scope(options.account, livemode=options.mode == "live")
    offer = local.offer(scope, options.report_type)
    return local.make(scope, offer, _parameters(options), _watched, lambda: CTRL_C.asked)


@contextmanager
def _watched(run: ReportRun) -> Iterator[Callable[[float], None]]:
    """Names a run on stderr, and shows its progress."""
    remark(f"{run.id} {run.report_type} in {run.scope.mode} mode")
    with progress_bar(run.report_type) as progress:
        yield lambda part: progress(run.report_type, part)


def _parameters(options: argparse.Namespace) -> dict[str, Any]:
    edges = {"interval_start": options.interval_start, "interval_end": options.interval_end}
    given: dict[str, Any] = {edge: seconds for edge, seconds in edges.items() if seconds is not None}
    for pair in options.param:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise InvalidParameter(f"{pair!r} is not NAME=VALUE.")
        if name in given:
            raise InvalidParameter(f"{name} is given twice. Give it once.")
        given[name] = value.split(",") if name in LISTS else value
    return given


def _must_be_alone(options: argparse.Namespace) -> None:
    """Raises `InvalidParameter` for flags that would say something else than the run that is made again."""
    given = {"--interval-start": options.interval_start, "--interval-end": options.interval_end}
    given |= {"--param": options.param or None, "--account": options.account}
    for flag, value in given.items():
        if value is not None:
            raise InvalidParameter(f"--as-of-run takes what the run itself was asked for. Leave {flag} out.")


def _make_again(local: LocalRuns, run_id: str, folder: Path, out: Path | None) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        made = Path(scratch) / f"{run_id}.csv"
        with progress_bar(run_id) as progress:
            on_record = local.make_again(run_id, made, lambda part: progress(run_id, part))
        remark(f"The same, byte for byte: sha256 {on_record.sha256}, from ledger version {on_record.ledger_version}.")
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
