"""`run`: one report here and now, or once more from the data of then."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from application.runs.heartbeat import kept_claim
from application.runs.report_types import Offer
from application.views.files import FileRow
from application.views.runs import RunRow
from domain.access.caller import Scope
from domain.errors import InvalidParameter, NotFound, ReportFailed
from domain.runs.report_run import ReportRun
from interfaces.cli.arguments import add_mode, id_text, instant, path, plain
from interfaces.cli.ctrl_c import CTRL_C
from interfaces.cli.out_file import new_contents, place_for_file
from interfaces.cli.output import progress_bar, remark
from interfaces.host.clock import SystemClock
from interfaces.settings import Settings

if TYPE_CHECKING:
    from interfaces.composition.wiring import Stores


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
    from interfaces.composition.wiring import administration, execution, opened, person, report_types, run_rules

    out = None if options.out is None else place_for_file(options.out, "the file")
    if options.as_of_run is not None:
        _must_be_alone(options)
        return _make_again(settings, options.as_of_run, out)
    with opened(settings) as stores:
        admin = administration(stores)
        scope = Scope(options.account or admin.platform(), options.mode == "live")
        admin.must_exist(scope.account)
        stores.projector.catch_up()
        rules = run_rules(settings, stores, report_types(settings, stores))
        offer = asyncio.run(rules.offer(scope, options.report_type))
        parameters = asyncio.run(rules.check(scope, offer, _parameters(offer, options)))
        worker = this_process()
        carried_out = execution(settings, stores, worker, attempts=1)  # nobody waits here for a second one
        report = ReportRun.request(
            offer.report_type.id, parameters.as_sent, scope=scope, actor=person(), at=SystemClock().now()
        )
        with _cancelled_on_ctrl_c(stores, report.id):
            stores.claims.lease(report.id, scope.account, worker, settings.lease_seconds)
            stores.events.save(report)
            remark(f"{report.id} {report.report_type} in {scope.mode} mode")
            with (
                kept_claim(stores.claims, report.id, worker, settings.lease_seconds),
                progress_bar(report.report_type) as progress,
            ):
                carried_out.execute(report.id, lambda part: progress(report.report_type, part))
        stores.claims.release(report.id, worker)
        stores.projector.catch_up()
        return asyncio.run(_deliver(settings, stores, scope, report.id, out))


def _must_be_alone(options: argparse.Namespace) -> None:
    """Raises `InvalidParameter` for flags that would say something else than the run that is made again."""
    given = {"--interval-start": options.interval_start, "--interval-end": options.interval_end}
    given |= {"--param": options.param or None, "--account": options.account}
    for flag, value in given.items():
        if value is not None:
            raise InvalidParameter(f"--as-of-run takes what the run itself was asked for. Leave {flag} out.")


@contextmanager
def _cancelled_on_ctrl_c(stores: Stores, run_id: str) -> Iterator[None]:
    """Whoever stops a run with Ctrl-C has cancelled it, and no worker takes it up."""
    try:
        yield
    except BaseException as trouble:  # libraries on the way may have made something else of it
        if isinstance(trouble, KeyboardInterrupt) or CTRL_C.asked:
            _cancel(stores, run_id)
        raise


def _cancel(stores: Stores, run_id: str) -> None:
    unfinished = stores.events.find(ReportRun, run_id)
    if unfinished is not None and not unfinished.is_finished:
        sentence = "The report was stopped by the person who asked for it."
        unfinished.fail(sentence, reason="stopped", actor=this_process(), at=SystemClock().now())
        stores.events.save(unfinished)
    stores.projector.catch_up()


def _make_again(settings: Settings, run_id: str, out: Path | None) -> int:
    from interfaces.composition.wiring import execution, opened

    with opened(settings) as stores, tempfile.TemporaryDirectory(dir=settings.data) as folder:
        made = Path(folder) / f"{run_id}.csv"
        with progress_bar(run_id) as progress:
            on_record = execution(settings, stores, this_process()).make_again(
                run_id, made, lambda part: progress(run_id, part)
            )
        with made.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 != on_record.sha256:
            raise ReportFailed(f"The file made again has sha256 {sha256}, and on record is {on_record.sha256}.")
        remark(f"The same, byte for byte: sha256 {sha256}, from ledger version {on_record.ledger_version}.")
        with made.open("rb") as file, _output(out) as target:
            shutil.copyfileobj(file, target)
    return 0


@contextmanager
def _output(out: Path | None) -> Iterator[BinaryIO]:
    if out is not None:
        with new_contents(out) as target:
            yield target
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def this_process() -> str:
    """This process, as events record who computes."""
    return f"cli:{socket.gethostname()}:{os.getpid()}"


async def _deliver(settings: Settings, stores: Stores, scope: Scope, run_id: str, out: Path | None) -> int:
    finished = await stores.views.runs.get(scope, run_id)
    if finished is None or finished.file_id is None:
        raise ReportFailed((finished and finished.error) or "The run has not finished; a worker will take it up.")
    await _write(settings, await _file(stores, scope, finished), out)
    return 0


async def _file(stores: Stores, scope: Scope, finished: RunRow) -> FileRow:
    file = await stores.views.files.get(scope, finished.file_id or "")
    if file is None:
        raise NotFound("file upload", finished.file_id or "")
    return file


async def _write(settings: Settings, file: FileRow, out: Path | None) -> None:
    from interfaces.composition.wiring import results

    with _output(out) as target:
        async for chunk in results(settings).read(file.id, 0, file.size):
            target.write(chunk)
    if out is not None:
        remark(f"{file.size:,} bytes, sha256 {file.sha256}, in {out}")


def _parameters(offer: Offer, options: argparse.Namespace) -> dict[str, Any]:
    edges = {"interval_start": options.interval_start, "interval_end": options.interval_end}
    given: dict[str, Any] = {edge: seconds for edge, seconds in edges.items() if seconds is not None}
    for pair in options.param:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise InvalidParameter(f"{pair!r} is not NAME=VALUE.")
        if name in given:
            raise InvalidParameter(f"{name} is given twice. Give it once.")
        given[name] = value.split(",") if name in ("columns", "connected_accounts") else value
    for edge, default in (("interval_start", offer.window.start), ("interval_end", offer.window.end)):
        if edge in offer.report_type.required:
            given.setdefault(edge, default)
    return given
