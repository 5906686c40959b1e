"""Opens the log and the views of one data folder."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from eventsourcing.persistence import PersistenceError

from application.log.event_store import EventStore
from domain.errors import StoreUnavailable
from interfaces.storage.sql.idempotency_records import SqlIdempotencyRecords
from interfaces.storage.sql.seal_state import SqlSealStates
from interfaces.storage.sql.webhook_secrets import SqlWebhookSecrets
from interfaces.storage.sqlite.connection import translate_errors
from interfaces.storage.sqlite.database import SqliteDatabase, SqliteWriter
from interfaces.storage.sqlite.events import SqliteRecorder
from interfaces.storage.sqlite.file_copy import copy_database
from interfaces.storage.sqlite.file_errors import translated
from interfaces.storage.sqlite.notifier import SqliteLogNotifier
from interfaces.storage.sqlite.queue_file import FILE_NAME, SqliteQueueFile
from interfaces.storage.sqlite.watch_lock import WatchLock
from interfaces.storage.store import Store


def open_sqlite(folder: Path) -> Store:
    """Open the files in the folder, creating those that are missing. Raises `StoreUnavailable`."""
    try:
        with _exclusive(folder):
            return _open(folder)
    except sqlite3.DatabaseError as error:
        raise StoreUnavailable(
            f"The store in {folder} cannot be opened. {translated(error, folder / 'events.db')}"
        ) from error
    except PersistenceError as error:
        raise StoreUnavailable(f"The store in {folder} cannot be opened: {error}.") from error


def open_copy(folder: Path) -> Store:
    """Open a copy of the files, in a temporary folder until it is closed. Raises `StoreUnavailable`.

    For a user who can read the folder only: what opening a store writes goes into the copy.
    """
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="reportrun-")))
        for name in ("views.db", "events.db"):  # in this order, so that the views are not ahead of the log
            if (folder / name).exists():
                copy_database(folder / name, place / name)
        store = open_sqlite(place)
        return replace(store, closing=(*store.closing, stack.pop_all()))


def _open(folder: Path) -> Store:
    events = EventStore(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "APPLICATION_RECORDER_TOPIC": "interfaces.storage.sqlite.events:SqliteRecorder",
            "SQLITE_DBNAME": str(folder / "events.db"),
            "SQLITE_LOCK_TIMEOUT": "60",
            "ORIGINATOR_ID_TYPE": "text",
        }
    )
    recorder = cast("SqliteRecorder", events.recorder)
    log = SqliteDatabase(folder / "events.db")
    sealing = SqliteWriter(folder / "events.db", durable=True)
    views = _views(folder / "views.db")
    notifier = SqliteLogNotifier(recorder, WatchLock(folder / ".watch.lock"))
    records = SqlIdempotencyRecords(log, "sweep in order of insertion")
    recorder.check_files()
    return Store(
        events,
        recorder,
        views,
        records,
        SqlWebhookSecrets(log),
        SqlSealStates(sealing),
        notifier,
        open_queue=lambda: _open_queue(folder),
        closing=(log, sealing),
        prepare=recorder.prepare,
        check_files=recorder.check_files,
    )


def _open_queue(folder: Path) -> SqliteQueueFile:
    with _exclusive(folder), translate_errors(folder / FILE_NAME):
        return SqliteQueueFile(folder)


def _views(file: Path) -> SqliteDatabase:
    with translate_errors(file):
        return SqliteDatabase(file)


@contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """Hold the folder's lock while files are created: SQLite does not wait when two processes switch to WAL mode."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".set-up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
