"""SQLite's write-ahead log of events is preallocated before the first request, and empty then."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from application.log.idempotency_records import Append
from interfaces.composition.stores import Stores
from interfaces.storage.sqlite.connection import CHECKPOINT_PAGES
from tests.support.runs import pending_run
from tests.support.stores import stores_in

WHOLE_LOG = CHECKPOINT_PAGES * 4096


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with stores_in(tmp_path / "data") as stores:
        yield stores


def length_in(folder: Path) -> int:
    return (folder / "data" / "events.db-wal").stat().st_size


def append_to(stores: Stores) -> str:
    run = pending_run()
    stores.store.recorder.append([Append(stores.events.pending(run))])
    return run.id


def test_a_preallocated_log_does_not_grow_with_appends(stores: Stores, tmp_path: Path) -> None:
    append_to(stores)
    assert length_in(tmp_path) < WHOLE_LOG

    stores.store.prepare()
    prepared = length_in(tmp_path)
    for _ in range(50):
        append_to(stores)

    assert prepared >= WHOLE_LOG
    assert length_in(tmp_path) == prepared
    assert stores.events.last_position() == 51


def test_it_is_preallocated_once(stores: Stores, tmp_path: Path) -> None:
    stores.store.prepare()
    written = (tmp_path / "data" / "events.db-wal").stat().st_mtime_ns

    stores.store.prepare()

    assert (tmp_path / "data" / "events.db-wal").stat().st_mtime_ns == written


def test_events_appended_before_and_after_survive_a_crash(stores: Stores, tmp_path: Path) -> None:
    before = append_to(stores)
    stores.store.prepare()
    after = append_to(stores)

    shutil.copytree(tmp_path / "data", tmp_path / "left" / "data")
    with stores_in(tmp_path / "left" / "data") as found:
        assert [read.event.originator_id for read in found.events.read(0, 10)] == [before, after]
        assert found.store.recorder.integrity_fault() is None
    with closing(sqlite3.connect(tmp_path / "left" / "data" / "events.db")) as file:
        assert file.execute("select count(*) from sqlite_schema where name = 'room'").fetchone() == (0,)


def test_a_disk_with_little_space_is_left_alone(
    stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=WHOLE_LOG)
    monkeypatch.setattr("interfaces.storage.sqlite.connection.shutil.disk_usage", lambda folder: usage)

    stores.store.prepare()

    assert length_in(tmp_path) < WHOLE_LOG


def test_a_log_that_cannot_be_preallocated_works_as_it_is(stores: Stores) -> None:
    recorder = stores.store.recorder
    pages = recorder._connection.execute("pragma page_count").fetchone()[0]  # type: ignore[attr-defined]
    recorder._connection.execute(f"pragma max_page_count = {pages + 100}")  # type: ignore[attr-defined]

    stores.store.prepare()

    append_to(stores)
    assert stores.events.last_position() == 1
