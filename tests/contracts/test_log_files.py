"""SQLite's files of the log that are removed, replaced, cut or overwritten while they are open: nothing is stored."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import cast

import pytest
from eventsourcing.persistence import PersistenceError

from application.log.idempotency_records import Append
from domain.errors import StoreUnavailable
from interfaces.composition.stores import Stores
from interfaces.storage.sqlite.events import SqliteRecorder
from interfaces.storage.sqlite.file_guard import LogFileChanged
from interfaces.storage.sqlite.store import open_sqlite
from tests.support.runs import pending_run
from tests.support.stores import stores_in


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "data" / "events.db"


@pytest.fixture
def stores(log: Path) -> Iterator[Stores]:
    """An opened store with events whose pages are in the file, and none in the write-ahead log."""
    with stores_in(log.parent) as stores:
        for _ in range(30):
            append_to(stores)
        checkpoint(log)
        stores.store.check_files(0)
        yield stores


def append_to(stores: Stores) -> None:
    stores.store.recorder.append([Append(stores.events.pending(pending_run()))])


def checkpoint(log: Path) -> None:
    with closing(sqlite3.connect(log)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")


def remove(log: Path) -> None:
    log.unlink()


def remove_write_ahead_log(log: Path) -> None:
    log.with_name("events.db-wal").unlink()


def replace(log: Path) -> None:
    shutil.copy(log, log.with_name("copy"))
    log.with_name("copy").rename(log)


def cut(log: Path) -> None:
    os.truncate(log, log.stat().st_size // 2)


def overwrite(log: Path) -> None:
    with log.open("r+b") as file:
        file.write(b"\x5a" * log.stat().st_size)


def overwrite_with_an_older_log(log: Path) -> None:
    """Another log with fewer events, filled up to the same size."""
    with stores_in(log.parent.with_name("older")) as older:
        append_to(older)
    with log.open("r+b") as file:
        file.write((log.parent.with_name("older") / "events.db").read_bytes())


DAMAGE = [
    (remove, "was removed"),
    (remove_write_ahead_log, "events.db-wal was removed"),
    (replace, "was replaced"),
    (cut, "was cut"),
    (overwrite, "was overwritten"),
    (overwrite_with_an_older_log, "was overwritten"),
]


@pytest.mark.parametrize(("damage", "what"), DAMAGE)
def test_nothing_more_is_stored_and_the_sentence_names_the_file_and_the_cure(
    stores: Stores, log: Path, damage: Callable[[Path], None], what: str
) -> None:
    damage(log)

    for _ in range(2):
        with pytest.raises(StoreUnavailable, match=f"{what} while it was in use.*put the file back or restore"):
            stores.store.check_files(0)
    if damage is not remove_write_ahead_log:  # a server notices after the commit, before it answers
        with pytest.raises(StoreUnavailable, match=what):
            append_to(stores)


def test_commits_and_checkpoints_of_other_processes_are_no_damage(stores: Stores, log: Path) -> None:
    with stores_in(log.parent) as other:
        for _ in range(3):
            append_to(other)
            append_to(stores)
            checkpoint(log)
        append_to(stores)

    stores.store.check_files(0)
    assert stores.events.last_position() == 37


def test_a_file_that_is_put_back_is_written_again(stores: Stores, log: Path) -> None:
    log.rename(log.with_name("away"))
    with pytest.raises(StoreUnavailable):
        append_to(stores)

    log.with_name("away").rename(log)

    append_to(stores)


@pytest.mark.parametrize("name", ["SQLITE_IOERR_READ", "SQLITE_PROTOCOL"])
def test_a_read_that_fails_once_is_trouble_of_the_moment(
    stores: Stores, log: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        trouble = sqlite3.OperationalError("as SQLite says it")
        trouble.sqlite_errorname = name
        raise trouble

    os.utime(log)
    with monkeypatch.context() as failing:
        failing.setattr(sqlite3, "connect", fail)
        with pytest.raises(StoreUnavailable, match=r"^The file events\.db can") as refused:
            append_to(stores)

    append_to(stores)

    assert not isinstance(refused.value, LogFileChanged)
    assert stores.events.last_position() == 31


def test_a_log_without_its_table_counts_as_overwritten(stores: Stores, log: Path) -> None:
    with closing(sqlite3.connect(log)) as connection:
        connection.execute("drop table stored_events")
    checkpoint(log)

    for _ in range(2):
        with pytest.raises(LogFileChanged, match="was overwritten"):
            append_to(stores)


def read_through_every_connection(stores: Stores) -> None:
    """Also through those that are opened when they are first needed: more than one of the pool, and for exports."""
    recorder = cast("SqliteRecorder", stores.store.recorder)
    for read in (
        lambda: list(recorder.export_events()),
        lambda: list(recorder.out_of_sequence()),
        lambda: two_of_the_pool(recorder),
    ):
        with suppress(StoreUnavailable, PersistenceError):
            read()


def two_of_the_pool(recorder: SqliteRecorder) -> None:
    with recorder.datastore.get_connection(commit=False), recorder.datastore.get_connection(commit=False):
        pass


def test_no_connection_makes_a_log_that_was_removed(stores: Stores, log: Path) -> None:
    log.rename(log.with_name("away"))

    read_through_every_connection(stores)
    with pytest.raises(StoreUnavailable, match=r"lacks events\.db, the log of events, which views.db was made of"):
        open_sqlite(log.parent)

    assert not log.exists()


def test_a_process_that_works_for_another_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=f"no store in {tmp_path}/mounted. See that the folder's disk is"):
        open_sqlite(tmp_path / "mounted", makes_log=False)

    assert list(tmp_path.iterdir()) == []
