"""Expired files: told as such, swept away, and still on record."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from application.runs.clock_check import QUIET_SECONDS, ClockNotTrusted, must_trust_clock
from application.runs.result_files import KEPT_SECONDS, ResultFiles
from application.runs.result_retention import FileSweep
from domain.errors import FileExpired
from domain.runs.report_run import ReportRun
from interfaces.testing.memory.results import MemoryResultStore
from interfaces.testing.memory.store import open_memory
from tests.support.clock import StillClock
from tests.support.runs import SCOPE, a_file, pending_run, succeed


class AlwaysFresh:
    async def caught_up(self) -> None:
        """Tests bring the views up to date themselves."""


class House:
    """A store with one finished run and its file, at noon."""

    def __init__(self, folder: Path) -> None:
        self.stores, self.clock = open_memory(), StillClock()
        self.events = self.stores.events
        self.results = MemoryResultStore(folder)
        with self.results.workspace() as made:
            made.write_bytes(b"hello")
            self.results.keep("file_a1", made)
        run = pending_run()
        succeed(run, a_file("file_a1"))
        self.stores.events.save(run)
        self.stores.projector.catch_up()
        self.run_id = run.id
        self.files = ResultFiles(self.stores.views.files, self.results, AlwaysFresh(), self.clock)

    def sweep(self) -> int:
        return asyncio.run(self.file_sweep().sweep())

    def file_sweep(self) -> FileSweep:
        return FileSweep(
            self.events,
            self.stores.views.files,
            self.results,
            self.clock,
            "cli:me",
            self.stores.projector.catch_up,
        )


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_file_can_be_read_until_it_expires(house: House) -> None:
    house.clock.move(KEPT_SECONDS - 1)

    assert house.sweep() == 0
    assert asyncio.run(house.files.readable(SCOPE, "file_a1")).size == 120
    assert "file_a1" in house.results.kept


def test_an_expired_file_is_told_as_such_even_before_it_is_swept(house: House) -> None:
    house.clock.move(KEPT_SECONDS)

    with pytest.raises(FileExpired, match=r"The file file_a1 expired at 2027-01-02 12:00:00 UTC"):
        asyncio.run(house.files.readable(SCOPE, "file_a1"))


def test_a_sweep_removes_the_bytes_once_and_says_so_in_the_history(house: House) -> None:
    house.clock.move(KEPT_SECONDS)

    swept = [house.sweep(), house.sweep()]

    last = house.stores.events.events_of(house.run_id)[-1]
    assert swept == [1, 0]
    assert not house.results.kept
    assert isinstance(last, ReportRun.FileRemoved) and (last.file_id, last.actor) == ("file_a1", "cli:me")


def test_expired_files_are_counted_before_they_are_swept(house: House) -> None:
    house.clock.move(KEPT_SECONDS - 1)
    before = asyncio.run(house.file_sweep().expired())
    house.clock.move(1)

    numbers = [asyncio.run(house.file_sweep().expired()), house.sweep(), asyncio.run(house.file_sweep().expired())]

    assert (before, numbers) == (0, [1, 1, 0])


def test_the_record_of_a_swept_file_stays(house: House) -> None:
    house.clock.move(KEPT_SECONDS)
    house.sweep()

    file = asyncio.run(house.files.get(SCOPE, "file_a1"))

    assert (file.sha256, file.removed_at) == ("ab" * 32, int(house.clock.now().timestamp()))


def test_bytes_that_are_gone_already_do_not_stop_a_sweep(house: House) -> None:
    house.clock.move(KEPT_SECONDS)
    house.results.kept.clear()

    assert house.sweep() == 1


def test_the_file_of_a_damaged_run_is_left_and_the_sweep_ends(house: House) -> None:
    created, succeeded = house.stores.recorder.select_events(house.run_id)
    damaged = StoredEvent(house.run_id, 2, succeeded.topic, b"{")
    house.events = open_memory().events
    house.events.recorder.insert_events([created, damaged])
    house.clock.move(KEPT_SECONDS)

    assert house.sweep() == 0
    assert "file_a1" in house.results.kept


@pytest.mark.parametrize(("seconds", "is_trusted"), [(QUIET_SECONDS, True), (QUIET_SECONDS + 1, False)])
def test_a_clock_far_ahead_of_the_newest_event_is_not_trusted(house: House, seconds: int, is_trusted: bool) -> None:
    house.clock.move(seconds)

    if is_trusted:
        must_trust_clock(house.stores.events, house.clock)
    else:
        with pytest.raises(ClockNotTrusted, match="Set the clock, or give --trust-clock"):
            must_trust_clock(house.stores.events, house.clock)
