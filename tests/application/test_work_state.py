"""The state of the work, as `/readyz` and `doctor` tell it."""

from __future__ import annotations

import asyncio

import pytest

from application.health.findings import Level
from application.ports.workers import ALIVE_SECONDS, SeenWorker, WorkerProcess
from application.queue.presence import Presence
from application.queue.work_state import MOST_COUNTED, WorkState, WorkSurvey
from application.views.runs import Backlog
from domain.errors import StoreUnavailable
from domain.instants import in_words
from interfaces.testing.memory.workers import MemoryWorkers
from tests.support.clock import NOON, StillClock
from tests.support.processes import until

NOW = int(NOON.timestamp())


class Runs:
    def __init__(self, pending: int, age: int = 0) -> None:
        self.found = Backlog(pending, NOW - age if pending else None)

    async def backlog(self, most: int) -> Backlog:
        return self.found._replace(pending=min(self.found.pending, most))


def state(runs: Runs, *seconds_since_heartbeat: float) -> WorkState:
    seen = [
        SeenWorker(WorkerProcess(f"worker:a:{number}", "a", number, NOW), NOW - seconds)
        for number, seconds in enumerate(seconds_since_heartbeat, start=1)
    ]
    return asyncio.run(WorkSurvey(runs, lambda: seen, StillClock()).state())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("runs", "heartbeats", "level", "sentence"),
    [
        (Runs(0), (), Level.GOOD, "No run is pending. No worker is alive."),
        (Runs(0), (5,), Level.GOOD, "No run is pending. 1 worker is alive: worker:a:1."),
        (
            Runs(2, age=90),
            (5, ALIVE_SECONDS, ALIVE_SECONDS + 1),
            Level.GOOD,
            "2 runs are pending, the oldest for 1 min. 2 workers are alive: worker:a:1, worker:a:2.",
        ),
        (
            Runs(1, age=7_500),
            (ALIVE_SECONDS + 1,),
            Level.LOOK,
            "1 run is pending, the oldest for 2 h 5 min. No worker is alive: `reportrun worker` starts one.",
        ),
        (
            Runs(1_000_000, age=40),
            (),
            Level.LOOK,
            "10,000 or more runs are pending, the oldest for 40 s. No worker is alive: `reportrun worker` starts one.",
        ),
    ],
)
def test_the_finding_says_what_waits_and_who_works(
    runs: Runs, heartbeats: tuple[float, ...], level: Level, sentence: str
) -> None:
    assert state(runs, *heartbeats).finding() == (level, sentence)


def test_runs_are_a_fault_when_no_worker_is_alive_only() -> None:
    assert state(Runs(3), 5).fault is None and state(Runs(0)).fault is None
    assert state(Runs(3)).fault is not None
    assert state(Runs(MOST_COUNTED + 1)).pending == MOST_COUNTED


def test_many_workers_are_not_all_named() -> None:
    sentence = state(Runs(0), *[1] * 12).finding().sentence

    assert sentence.endswith("worker:a:10 and 2 more.")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3_599, "59 min"), (90_000, "1 day 1 h"), (180_000, "2 days 2 h")],
)
def test_a_duration_is_said_in_two_units_at_most(seconds: int, words: str) -> None:
    assert in_words(seconds) == words


class UnreachableAtFirst(MemoryWorkers):
    refusals = 2

    def beat(self, process: WorkerProcess) -> None:
        if self.refusals:
            self.refusals -= 1
            raise StoreUnavailable("Away.")
        super().beat(process)


def test_a_worker_says_that_it_is_alive_until_it_ends_and_through_an_outage() -> None:
    workers = UnreachableAtFirst(StillClock())
    presence = Presence(workers, WorkerProcess("worker:a:1", "a", 1, NOW), beat_seconds=0.01)

    presence.start()
    until(lambda: len(workers.seen()) == 1, "the worker does not say that it is alive")
    presence.end(5)

    assert workers.seen() == []
