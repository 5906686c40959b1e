"""Opens SQLite files: write-ahead log, and patience instead of "database is locked"."""

from __future__ import annotations

import sqlite3
from pathlib import Path

BUSY_SECONDS = 60
"""How long a statement waits for another process's transaction. Those take milliseconds."""


def connect(file: Path, *, durable: bool) -> sqlite3.Connection:
    """A connection in autocommit mode, so that transactions begin and end where the code says.

    durable  True: a commit is on disk when it returns. False: a power cut may take back the latest commits, but never
             damages the file; right for what can be made again.
    """
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma journal_mode = wal")
    connection.execute(f"pragma synchronous = {'full' if durable else 'normal'}")
    return connection
