"""Opens SQLite files: write-ahead log, and patience instead of "database is locked"."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import StoreUnavailable

CHECKPOINT_PAGES = 8_000
"""Pages of 4 KiB that gather in the write-ahead log: those that are written many times are moved into the file once."""

_HELD_BACK_BYTES = 4 * 1024 * 1024
"""What a connection may hold of a transaction in memory, and not write until its end; it is 2 MB unless told."""

_PLENTY = 16
"""How many times the length of the write-ahead log must be free for it to be made that long beforehand."""

BUSY_SECONDS = 60
"""How long a statement waits for another process's transaction. Those take milliseconds."""


@contextmanager
def translate_errors() -> Iterator[None]:
    """Say in our words what went wrong, where it is the file or the disk that fails."""
    try:
        yield
    except sqlite3.DatabaseError as trouble:
        raise translated(trouble) from trouble


def translated(trouble: sqlite3.DatabaseError) -> Exception:
    """What to raise: the error itself, where it is our own fault."""
    name = getattr(trouble, "sqlite_errorname", "")
    if not isinstance(trouble, sqlite3.OperationalError) and name not in DAMAGE:
        return trouble
    reason = next((words for start, words in _TROUBLE.items() if name.startswith(start)), "it fails")
    return StoreUnavailable(f"The store cannot be used now: {reason}. Try again in a moment.")


_TROUBLE = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "its files cannot be written",
    "SQLITE_CANTOPEN": "its files cannot be opened",
    "SQLITE_IOERR": "the disk does not answer as it should",
    "SQLITE_BUSY": "another process holds it",
    "SQLITE_CORRUPT": "its files are damaged",
    "SQLITE_NOTADB": "its files are damaged",
}
DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def preallocate_wal(connection: sqlite3.Connection) -> None:
    """Make the write-ahead log of a connection's file as long as it gets anyway, before anybody waits for it.

    A commit then writes over what is there. Where the file grows with it, the file system has books of its own to keep,
    which takes longer and waits for all that others are writing. The log is filled by a transaction that is taken back,
    of which nothing but its length stays. Nothing is done where that would take much of the disk.
    """
    file, page_bytes = _file_of(connection), connection.execute("pragma page_size").fetchone()[0]
    log, log_bytes = file.with_name(f"{file.name}-wal"), CHECKPOINT_PAGES * page_bytes
    if (log.exists() and log.stat().st_size >= log_bytes) or shutil.disk_usage(file.parent).free < _PLENTY * log_bytes:
        return
    connection.execute("begin immediate")
    connection.execute("create table room (filling blob)")
    connection.execute("insert into room values (zeroblob(?))", (log_bytes + _HELD_BACK_BYTES,))
    connection.execute("rollback")
    with log.open("rb") as written:
        os.fsync(written.fileno())


def _file_of(connection: sqlite3.Connection) -> Path:
    return Path(connection.execute("pragma database_list").fetchone()["file"])


def connect(file: Path, *, durable: bool) -> sqlite3.Connection:
    """A connection in autocommit mode, so that transactions begin and end where the code says.

    durable  True: a commit is on disk when it returns. False: a power cut may take back the latest commits, but never
             damages the file; right for what can be made again.
    """
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma journal_mode = wal")
    connection.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}")
    connection.execute(f"pragma synchronous = {'full' if durable else 'normal'}")
    return connection
