"""Stored files that no event names: found a day later, and removed where nothing can name them any more."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from application.files.unrecorded_files import MOST_UNRECORDED, UNRECORDED_SECONDS, Unrecorded, UnrecordedFiles
from domain.errors import StoreUnavailable
from domain.ids import random_id
from domain.runs.report_run import ReportRun
from interfaces.testing.memory.results import MemoryResultStore
from interfaces.testing.memory.store import MemoryStore, open_memory
from tests.application.scripted_engine import ScriptedEngine, two_rows, worker
from tests.support.clock import NOON, StillClock
from tests.support.runs import a_file, pending_run, start, succeed


class House:
    """A finished run whose file is stored, two days ago."""

    def __init__(self, folder: Path) -> None:
        self.stores, self.results = open_memory(), MemoryResultStore(folder)
        self.keep("file_a1")
        run = pending_run()
        start(run)
        succeed(run, a_file("file_a1"))
        self.stores.events.save(run)
        self.stores.projector.catch_up()

    def keep(self, file_id: str, age_seconds: int = 2 * UNRECORDED_SECONDS) -> None:
        self.results.keep_stream(file_id, [b"hello"])
        self.results.kept_at[file_id] = NOON.timestamp() - age_seconds

    def find(self) -> Unrecorded:
        return asyncio.run(self._files().find())

    def sweep(self) -> int:
        return self._files().remove(self.find())

    def _files(self) -> UnrecordedFiles:
        return UnrecordedFiles(self.stores.events, self.stores.views.files, self.results, StillClock())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_file_on_no_record_goes_when_it_is_older_than_a_day(house: House) -> None:
    house.keep("file_left")
    house.keep("file_new", age_seconds=UNRECORDED_SECONDS)

    assert [file.file_id for file in house.find().files] == ["file_left"]
    assert [house.sweep(), house.sweep()] == [1, 0]
    assert sorted(house.results.kept) == ["file_a1", "file_new"]


def test_a_file_that_only_the_log_names_stays(house: House) -> None:
    late = pending_run()
    start(late)
    succeed(late, a_file("file_late"))
    house.keep("file_late")
    house.stores.events.save(late)  # and the views are not brought up to date

    assert house.sweep() == 0


@pytest.mark.parametrize("topic", [ReportRun.Succeeded.TOPIC, "report_run.reviewed"])
def test_nothing_goes_while_an_event_cannot_be_read(house: House, topic: str) -> None:
    house.keep("file_left")
    state = b"{" if topic == ReportRun.Succeeded.TOPIC else b'{"timestamp":"2026-01-02T12:00:00Z","actor":"key_1"}'
    house.stores.events.recorder.insert_events([StoredEvent("frr_later", 1, topic, state)])

    found = house.find()

    assert found.why_kept == "event 1 of frr_later cannot be read, and may name one."
    assert house.sweep() == 0


def test_more_files_than_workers_leave_are_those_of_another_installation(house: House) -> None:
    for _ in range(MOST_UNRECORDED + 1):
        house.keep(random_id("file"))

    assert house.find().why_kept == "they are more than 1,000. Are they of another installation?"
    assert house.sweep() == 0


def test_the_file_of_an_attempt_that_could_not_be_recorded_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = open_memory()
    run = pending_run()
    stores.events.save(run)
    results = MemoryResultStore(tmp_path)
    execution = worker(stores, tmp_path, ScriptedEngine(two_rows))
    execution._results = results
    with monkeypatch.context() as outage:
        fails_at_an_outcome(stores, outage)
        with pytest.raises(StoreUnavailable):
            execution.execute(run.id)

    execution.execute(run.id)

    stores.projector.catch_up()
    results.kept_at = dict.fromkeys(results.kept, NOON.timestamp() - 2 * UNRECORDED_SECONDS)
    kept = len(results.kept)
    files = UnrecordedFiles(stores.events, stores.views.files, results, StillClock())
    removed = files.remove(asyncio.run(files.find()))
    success = stores.events.events_of(run.id)[-1]
    assert isinstance(success, ReportRun.Succeeded)
    assert (kept, removed, list(results.kept)) == (2, 1, [success.file_id])


def fails_at_an_outcome(stores: MemoryStore, outage: pytest.MonkeyPatch) -> None:
    save = stores.events.save

    def save_or_fail(run: ReportRun) -> None:
        if run.is_finished:
            raise StoreUnavailable("The store cannot be reached now.")
        save(run)

    outage.setattr(stores.events, "save", save_or_fail)
