"""Connections to SQLite files in WAL mode, and the translation of their errors."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from interfaces.storage.sqlite.data_files import address_of
from interfaces.storage.sqlite.file_errors import translated

CHECKPOINT_PAGES = 8_000
"""Pages of 4 KiB in the write-ahead log before a checkpoint, which moves a page once however often it was written."""

_CACHE_BYTES = 4 * 1024 * 1024
"""More than a connection keeps of a transaction in memory (2 MB by default) and does not write before its end."""

_FREE_LOGS = 16
"""How many times the length of the write-ahead log must be free on the disk for it to be preallocated."""

BUSY_SECONDS = 60
"""How long a statement waits for another process's transaction, which takes milliseconds."""


@contextmanager
def translate_errors(file: Path) -> Iterator[None]:
    """Translate errors of a file or its disk into `StoreUnavailable`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise translated(error, file) from error


def translated_rows(rows: Iterable[Any], file: Path) -> Iterator[Any]:
    """The rows of a query, for a consumer that has database errors of its own. Raises `StoreUnavailable`."""
    with translate_errors(file):
        for row in rows:  # noqa: UP028 - `yield from` closes a cursor that is not read to its end, after its connection
            yield row


def preallocate_wal(connection: sqlite3.Connection) -> None:
    """Make the write-ahead log as long as it will be at a checkpoint, before the first request.

    Growing the WAL forces journal commits of the file system, which are slow and wait for other writers; a commit into
    preallocated space does not. The log is filled by a transaction that is rolled back: only its length stays. Does
    nothing where that would take much of the disk.
    """
    file, page_bytes = _file_of(connection), connection.execute("pragma page_size").fetchone()[0]
    log, log_bytes = file.with_name(f"{file.name}-wal"), CHECKPOINT_PAGES * page_bytes
    is_long = log.exists() and log.stat().st_size >= log_bytes
    if is_long or shutil.disk_usage(file.parent).free < _FREE_LOGS * log_bytes:
        return
    connection.execute("begin immediate")
    connection.execute("create table room (filling blob)")
    connection.execute("insert into room values (zeroblob(?))", (log_bytes + _CACHE_BYTES,))
    connection.execute("rollback")
    with log.open("rb") as file_to_sync:
        os.fsync(file_to_sync.fileno())


def _file_of(connection: sqlite3.Connection) -> Path:
    return Path(connection.execute("pragma database_list").fetchone()["file"])


def connect(file: Path, *, durable: bool) -> sqlite3.Connection:
    """A connection to a file that is there, in autocommit mode: transactions are explicit.

    durable  True: a commit is on disk when it returns. False: a power cut may lose the latest commits, but does not
             damage the file; for what can be rebuilt.
    """
    connection = sqlite3.connect(
        address_of(file), uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.execute("pragma journal_mode = wal")
    connection.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}")
    connection.execute(f"pragma synchronous = {'full' if durable else 'normal'}")
    return connection
