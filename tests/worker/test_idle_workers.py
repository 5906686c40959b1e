"""Idle workers: one watches the log, and a new run wakes no more of them than it needs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from application.ports.claims import Claims
from application.runs import work_loop
from application.runs.work_loop import WorkLoop
from domain.runs.report_run import ReportRun
from interfaces.composition.stores import Stores
from tests.support.processes import until
from tests.support.stores import stores_in
from tests.worker.loops import WaitingEngine, loop_on, saved

WORKERS = 8


class CountedClaims:
    """Counts how often workers look for a run."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self.looks = 0

    def acquire(self, worker: str, lease_seconds: float) -> str | None:
        self.looks += 1
        return self._claims.acquire(worker, lease_seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._claims, name)


class Crew:
    """Workers on one store, each as a process of its own would be, and a server's view of it, which asks for runs."""

    def __init__(self, folder: Path, url: str, stack: ExitStack) -> None:
        self.engine = WaitingEngine()
        self.server = stack.enter_context(stores_in(folder, url))
        self.stores: list[Stores] = [stack.enter_context(stores_in(folder, url)) for _ in range(WORKERS)]
        self.claims = [CountedClaims(stores.claims) for stores in self.stores]
        self.loops: list[WorkLoop] = []
        for stores, claims in zip(self.stores, self.claims, strict=True):
            vars(stores)["claims"] = claims
            self.loops.append(loop_on(stores, folder, self.engine))
        self._threads = [threading.Thread(target=loop.work) for loop in self.loops]

    @property
    def looks(self) -> int:
        return sum(claims.looks for claims in self.claims)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()
        until(lambda: all(claims.looks for claims in self.claims), "a worker does not look")
        until(lambda: any(loop.is_leader for loop in self.loops), "no worker watches")

    def stop(self) -> None:
        for loop in self.loops:
            loop.stop()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()

    def has_ended(self, run_id: str) -> bool:
        run = self.server.events.find(ReportRun, run_id)
        return run is not None and run.is_finished


@pytest.fixture(params=["sqlite", "postgres"])
def crew(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crew]:
    """Workers that look only when they are woken: no interval ends during a test."""
    for interval in ("IDLE_SECONDS", "STANDBY_SECONDS"):
        monkeypatch.setattr(work_loop, interval, 600.0)
    url = request.getfixturevalue("database_url") if request.param == "postgres" else ""
    with ExitStack() as stack:
        crew = Crew(tmp_path, url, stack)
        crew.start()
        yield crew
        crew.engine.may_end.set()
        crew.stop()


def test_a_new_run_wakes_one_worker_and_the_one_that_watches_next(crew: Crew) -> None:
    before = crew.looks

    run_id = saved(crew.server)
    until(lambda: crew.has_ended(run_id), "the run does not end")

    assert crew.looks - before < WORKERS


def test_several_new_runs_wake_as_many_workers(crew: Crew) -> None:
    crew.engine.may_end.clear()

    for _ in range(3):
        saved(crew.server)

    until(lambda: len(crew.stores[0].queue_writer.every("select run_id from queue_leases")) == 3, "runs are left")


def test_when_the_worker_that_watches_ends_another_watches(crew: Crew) -> None:
    watching = next(loop for loop in crew.loops if loop.is_leader)
    watching.stop()
    until(lambda: any(loop.is_leader for loop in crew.loops if loop is not watching), "no other worker watches")

    run_id = saved(crew.server)

    until(lambda: crew.has_ended(run_id), "the run does not end")
