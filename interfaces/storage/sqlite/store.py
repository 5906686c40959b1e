"""Opens the log and the views of one data folder."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
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
from interfaces.storage.sqlite.data_files import (
    LOG,
    QUEUE,
    VIEWS,
    address_of,
    exclusive,
    make_file,
    must_have_log,
    must_have_store,
)
from interfaces.storage.sqlite.database import SqliteDatabase, SqliteWriter
from interfaces.storage.sqlite.events import SqliteRecorder
from interfaces.storage.sqlite.file_copy import copy_database
from interfaces.storage.sqlite.file_errors import translated
from interfaces.storage.sqlite.notifier import SqliteLogNotifier
from interfaces.storage.sqlite.queue_file import SqliteQueueFile
from interfaces.storage.store import Store


def open_sqlite(folder: Path, *, makes_log: bool = True) -> Store:
    """Open the files in the folder, making those that are missing. Raises `StoreUnavailable`.

    makes_log  whether an empty log is made where there is no store; where its views are, none ever is
    """
    if not makes_log:
        must_have_store(folder)
    try:
        with exclusive(folder):
            must_have_log(folder)
            return _open(folder)
    except sqlite3.DatabaseError as error:
        raise StoreUnavailable(f"The store in {folder} cannot be opened. {translated(error, folder / LOG)}") from error
    except PersistenceError as error:
        raise StoreUnavailable(f"The store in {folder} cannot be opened: {error}.") from error


def make_log(folder: Path) -> None:
    """Make an empty log, unless there is one: for a backup."""
    with exclusive(folder):
        make_file(folder / LOG)


def open_copy(folder: Path) -> Store:
    """Open a copy of the files, in a temporary folder until it is closed. Raises `StoreUnavailable`.

    For a user who can read the folder only: what opening a store writes goes into the copy.
    """
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="reportrun-")))
        must_have_log(folder)
        for name in (VIEWS, LOG):  # in this order, so that the views are not ahead of the log
            if (folder / name).exists():
                copy_database(folder / name, place / name)
        store = open_sqlite(place)
        return replace(store, closing=(*store.closing, stack.pop_all()))


def _open(folder: Path) -> Store:
    log_file = folder / LOG
    make_file(log_file)
    events = EventStore(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "APPLICATION_RECORDER_TOPIC": "interfaces.storage.sqlite.events:SqliteRecorder",
            "SQLITE_DBNAME": address_of(log_file),
            "SQLITE_LOCK_TIMEOUT": "60",
            "ORIGINATOR_ID_TYPE": "text",
        }
    )
    recorder = cast("SqliteRecorder", events.recorder)
    log = SqliteDatabase(log_file)
    sealing = SqliteWriter(log_file, durable=True)
    views = _views(folder / VIEWS)
    notifier = SqliteLogNotifier(recorder, folder)
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
    with exclusive(folder), translate_errors(folder / QUEUE):
        make_file(folder / QUEUE)
        return SqliteQueueFile(folder)


def _views(file: Path) -> SqliteDatabase:
    with translate_errors(file):
        make_file(file)
        return SqliteDatabase(file)
