"""A worker that is stopped while a server computes for it: it ends soon, and its run is made by another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from application.ledger.loading import LoadFiles
from application.ports.ledger import LedgerSource
from domain.access.caller import Scope
from domain.runs.report_run import ReportRun
from interfaces.composition.commands import administration, loading
from interfaces.composition.installation import Installation
from interfaces.host.clock import SystemClock
from interfaces.settings import Settings
from tests.support.processes import until
from tests.support.sail import SailProcess, running_sail
from tests.support.small_ledger import JANUARY_END, JANUARY_START, write_small_ledger
from tests.support.stores import stores_in

ROOT = Path(__file__).parents[2]
INTERVAL = {"interval_start": JANUARY_START, "interval_end": JANUARY_END}
ENDS_WITHIN_SECONDS = 1 + 2 + 0.5
"""The grace of a report on a server, and the wait for one that does not acknowledge an interrupt."""


@pytest.fixture
def server() -> Iterator[SailProcess]:
    with running_sail() as started:
        yield started


@contextmanager
def working(data: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    settings = {"DATA": str(data), "ENGINE_URL": url, "ENGINE_FROM_MIB": "0", "LEASE_SECONDS": "5"}
    environment = {**os.environ, **{f"REPORTRUN_{name}": value for name, value in settings.items()}}
    words = [sys.executable, "-m", "interfaces.entrypoints.worker"]
    process = subprocess.Popen(words, cwd=ROOT, env=environment, stdin=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def a_run(data: Path, folder: Path) -> str:
    """The id of a pending run on an installation with the small ledger."""
    with Installation(Settings(data=data)) as installation:
        scope = Scope(administration(installation).platform(), livemode=False)
        sources = [LedgerSource(table, path) for table, path in write_small_ledger(folder).items()]
        order = LoadFiles(sources, livemode=False, complete_through=JANUARY_END)
        loading(installation).load(order, lambda what, part: None)
        run = ReportRun.request("balance.summary.1", INTERVAL, scope=scope, actor="cli:test", at=SystemClock().now())
        installation.stores.events.save(run)
    return run.id


def events(data: Path, run_id: str) -> list[str]:
    with stores_in(data) as stores:
        return [type(event).__name__ for event in stores.events.events_of(run_id)]


def test_a_worker_that_is_stopped_ends_soon_and_its_run_is_made_by_another(server: SailProcess, tmp_path: Path) -> None:
    data = tmp_path / "data"
    run_id = a_run(data, tmp_path)
    server.process.send_signal(signal.SIGSTOP)  # it acknowledges nothing

    with working(data, server.url) as worker:
        until(lambda: "AttemptStarted" in events(data, run_id), "no attempt is made", 60)
        stopped = time.monotonic()
        worker.terminate()
        worker.wait(60)
        took = time.monotonic() - stopped
    server.process.send_signal(signal.SIGCONT)
    with working(data, server.url):
        until(lambda: events(data, run_id)[-1] == "Succeeded", "no other worker makes it", 60)

    assert took < ENDS_WITHIN_SECONDS + 5  # the machine may be busy
    assert events(data, run_id) == [
        "Created",
        "AttemptStarted",
        "AttemptHandedBack",
        "AttemptStarted",
        "Succeeded",
    ]
