"""`run` and `history`: one report here and now, and what happened to one."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from application.report_types import Offer
from application.views import FileRow, RunRow
from domain.caller import Scope
from domain.errors import InvalidParameter, NotFound, ReportFailed
from domain.ids import new_id
from domain.report_run import ReportRun
from interfaces.cli.arguments import add_mode, instant
from interfaces.cli.output import progress_bar, remark, result
from interfaces.clock import SystemClock
from interfaces.settings import Settings
from interfaces.worker.heartbeat import kept_claim

if TYPE_CHECKING:
    from application.execution import Execution
    from interfaces.wiring import Stores


def add_run(command: argparse.ArgumentParser) -> None:
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("report_type", metavar="REPORT_TYPE", nargs="?", help="such as balance.summary.1")
    what.add_argument("--as-of-run", metavar="RUN_ID", help="make a finished run's file again, from the data of then")
    command.add_argument("--interval-start", type=instant, metavar="T", help="default: where the data begins")
    command.add_argument("--interval-end", type=instant, metavar="T", help="default: where the data ends")
    command.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help="any other parameter")
    command.add_argument("--out", type=Path, metavar="FILE", help="where the CSV goes (default: stdout)")
    command.add_argument("--account", metavar="acct_...", help="whose report it is (default: the platform)")
    add_mode(command)


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Make one report here and now, with its events, as if it had been asked for over HTTP.

    `--param columns=a,b` names columns. Times are Unix seconds or ISO 8601. With --as-of-run the file of a finished run
    is made again from the version of the ledger that it read, and compared with what is on record.

    Example: reportrun run balance.summary.1 --interval-start 2025-01-01 --interval-end 2025-02-01 --out january.csv
    """
    from interfaces.wiring import administration, execution, opened, person, report_types, run_rules

    if options.out is not None and not options.out.absolute().parent.is_dir():
        raise InvalidParameter(f"There is no folder {options.out.parent} to put the file into.")
    if options.as_of_run:
        return _make_again(settings, options.as_of_run, options.out)
    with opened(settings) as stores:
        admin = administration(stores)
        scope = Scope(options.account or admin.platform(), options.mode == "live")
        admin.must_exist(scope.account)
        stores.projector.catch_up()
        rules = run_rules(settings, stores, report_types(settings, stores))
        offer = asyncio.run(rules.offer(scope, options.report_type))
        parameters = asyncio.run(rules.check(scope, offer, _parameters(offer, options)))
        worker = this_process()
        report = ReportRun.request(
            offer.report_type.id, parameters.as_sent, scope=scope, actor=person(), at=SystemClock().now()
        )
        stores.claims.hold(report.id, scope.account, worker, settings.lease_seconds)
        stores.events.save(report)
        remark(f"{report.id} {report.report_type} in {scope.mode} mode")
        with (
            kept_claim(stores.claims, report.id, worker, settings.lease_seconds),
            progress_bar(report.report_type) as progress,
        ):
            _execute(execution(settings, stores, worker), stores, report, progress)
        stores.claims.release(report.id, worker)
        stores.projector.catch_up()
        return asyncio.run(_deliver(settings, stores, scope, report.id, options.out))


def _execute(execution: Execution, stores: Stores, report: ReportRun, progress: Callable[[str, float], None]) -> None:
    """Carry a run out; whoever stops it with Ctrl-C has cancelled it, and no worker takes it up."""
    try:
        execution.execute(report.id, lambda part: progress(report.report_type, part))
    except KeyboardInterrupt:
        unfinished = stores.events.find(ReportRun, report.id)
        if unfinished is not None and not unfinished.is_finished:
            sentence = "The report was stopped by the person who asked for it."
            unfinished.fail(sentence, reason="stopped", actor=this_process(), at=SystemClock().now())
            stores.events.save(unfinished)
        stores.projector.catch_up()
        raise


def _make_again(settings: Settings, run_id: str, out: Path | None) -> int:
    from interfaces.wiring import execution, opened

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
        _give(made, out)
    return 0


def _give(made: Path, out: Path | None) -> None:
    if out is not None:
        shutil.move(made, out)
        return
    with made.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer)
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
    from interfaces.wiring import results

    contents = results(settings).read(file.id, 0, file.size)
    if out is None:
        async for chunk in contents:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return
    part = out.with_name(f".{out.name}.{new_id('part')}")
    with part.open("wb") as target:
        async for chunk in contents:
            target.write(chunk)
    shutil.move(part, out)
    remark(f"{file.size:,} bytes, sha256 {file.sha256}, in {out}")


def _parameters(offer: Offer, options: argparse.Namespace) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for pair in options.param:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InvalidParameter(f"{pair!r} is not NAME=VALUE.")
        given[name] = value.split(",") if name in ("columns", "connected_accounts") else value
    for edge, default in (("interval_start", offer.window.start), ("interval_end", offer.window.end)):
        chosen = getattr(options, edge)
        if chosen is not None or edge in offer.report_type.required:
            given.setdefault(edge, chosen if chosen is not None else default)
    return given


def add_history(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", metavar="RUN_ID", help="frr_...; also the id of a key, an account or a ledger")


def history(settings: Settings, options: argparse.Namespace) -> int:
    """Show every event of one run: sequence, time, who did it, what, and the data.

    Also of a key (key_...), an account (acct_...) or a ledger (ledger_test, ledger_live), which says from which files
    each version of the ledger was made.

    Example: reportrun history frr_0123456789abcdefABCDEFGH
    """
    from interfaces.wiring import opened

    with opened(settings) as stores:
        events = stores.events.events_of(options.id)
    if not events:
        raise NotFound("report run", options.id)
    inner = ("originator_id", "originator_version", "originator_topic", "timestamp", "actor")
    for event in events:
        data = {name: value for name, value in vars(event).items() if name not in inner}
        when = event.timestamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        topic = getattr(type(event), "TOPIC", type(event).__name__)
        result(f"{event.originator_version}  {when}  {event.actor}  {topic}  {orjson.dumps(data).decode()}")
    return 0
