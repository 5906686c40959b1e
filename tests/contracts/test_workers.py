"""The register of workers: heartbeats, those that leave, and those that have died."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from application.ports.workers import ALIVE_SECONDS, KEPT_SECONDS, WorkerProcess, Workers
from interfaces.storage.sql.queue.workers import SqlWorkers
from interfaces.testing.memory.workers import MemoryWorkers
from tests.support.clock import NOON, StillClock
from tests.support.stores import stores_in

NOW = NOON.timestamp()
FIRST = WorkerProcess("worker:a:1", "a", 1, NOW - 60)
SECOND = WorkerProcess("worker:b:2", "b", 2, NOW - 5)


class WorkersContract:
    """What every adapter must do."""

    workers: Workers
    clock: StillClock

    def alive(self) -> list[str]:
        now = self.clock.now().timestamp()
        return [one.process.name for one in self.workers.seen() if one.is_alive(now)]

    def test_a_worker_is_seen_with_the_time_of_its_last_heartbeat(self) -> None:
        self.workers.beat(FIRST)
        self.clock.move(10)
        self.workers.beat(SECOND)
        self.workers.beat(FIRST)

        assert list(self.workers.seen()) == [(FIRST, NOW + 10), (SECOND, NOW + 10)]

    def test_a_worker_without_a_heartbeat_is_alive_for_a_time(self) -> None:
        self.workers.beat(FIRST)

        self.clock.move(ALIVE_SECONDS)
        still = self.alive()
        self.clock.move(1)

        assert (still, self.alive()) == ([FIRST.name], [])

    def test_a_worker_that_ends_is_forgotten_at_once(self) -> None:
        self.workers.beat(FIRST)
        self.workers.beat(SECOND)

        self.workers.leave(FIRST.name)

        assert self.alive() == [SECOND.name]

    def test_a_worker_that_has_died_is_forgotten_after_a_day(self) -> None:
        self.workers.beat(FIRST)
        self.clock.move(KEPT_SECONDS)
        self.workers.beat(SECOND)
        kept = len(self.workers.seen())
        self.clock.move(1)
        self.workers.beat(SECOND)

        assert kept == 2
        assert [one.process for one in self.workers.seen()] == [SECOND]

    def test_a_heartbeat_of_before_the_clock_was_set_back_does_not_count(self) -> None:
        self.workers.beat(FIRST)
        self.clock.move(-3600)
        alive = self.alive()
        self.clock.move(-KEPT_SECONDS)
        self.workers.beat(SECOND)

        assert alive == []
        assert [one.process for one in self.workers.seen()] == [SECOND]


class TestMemoryWorkers(WorkersContract):
    @pytest.fixture(autouse=True)
    def _adapter(self) -> None:
        self.clock = StillClock()
        self.workers = MemoryWorkers(self.clock)


class TestSqliteWorkers(WorkersContract):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> Iterator[None]:
        with stores_in(tmp_path) as stores:
            self.clock = StillClock()
            self.workers = SqlWorkers(stores.queue_writer, self.clock)
            yield


class TestPostgresWorkers(WorkersContract):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path, database_url: str) -> Iterator[None]:
        with stores_in(tmp_path, database_url) as stores:
            self.clock = StillClock()
            self.workers = SqlWorkers(stores.queue_writer, self.clock)
            yield
