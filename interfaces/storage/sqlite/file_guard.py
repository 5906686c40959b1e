"""Guards the files of an open log: SQLite goes on writing into a file that was removed, replaced or cut."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from domain.errors import StoreUnavailable
from interfaces.storage.sqlite.file_errors import DAMAGE, translated

_OVERWRITTEN = (*DAMAGE, "SQLITE_ERROR")
"""How another content shows: as damage, or as a log without its table."""

_LOOK_LATER = ("SQLITE_BUSY", "SQLITE_CANTOPEN")


class LogFileChanged(StoreUnavailable):
    """The file of the log is not the one that was opened, so nothing more is written."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"The file {Path(file).name} {what} while it was in use, so nothing more is stored. Stop everything, put "
            "the file back or restore a backup, and start again."
        )


class LogFileGuard:
    """Compares the log's file and its write-ahead log with what they were when they were opened.

    Only a checkpoint changes the file's time; then the log is read once through a connection of its own, which has
    nothing in its cache.
    """

    def __init__(self, file: Path) -> None:
        """file  a database in WAL mode, which this process has opened and read"""
        self._file, self._wal = str(file), f"{file}-wal"
        found, wal = _status(self._file), _status(self._wal)
        self._identity, self._wal_identity = (found.st_dev, found.st_ino), (wal.st_dev, wal.st_ino)
        self._size, self._time = found.st_size, found.st_mtime_ns
        self._last = 0
        self._fault: LogFileChanged | None = None

    def check(self) -> None:
        """Raises `LogFileChanged`. One call of the system, so that each commit can afford it."""
        if self._fault is not None:
            raise self._fault
        found = _status(self._file)
        if (found.st_dev, found.st_ino) != self._identity:
            raise LogFileChanged(self._file, "was replaced")
        if found.st_mtime_ns != self._time or found.st_size != self._size:
            self.check_write_ahead_log()
            self._look_inside(found)

    def check_write_ahead_log(self) -> None:
        """Raises `LogFileChanged` when the write-ahead log is gone, or another."""
        wal = _status(self._wal)
        if (wal.st_dev, wal.st_ino) != self._wal_identity:
            raise LogFileChanged(self._wal, "was replaced")

    def stored(self, position: int) -> None:
        """Take note of a position that the log must have from now on."""
        self._last = max(self._last, position)

    def _look_inside(self, found: os.stat_result) -> None:
        if found.st_size < self._size:
            self._fail("was cut")
        try:
            address = f"{Path(self._file).absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as connection:
                (last,) = connection.execute("select max(rowid) from stored_events").fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname.startswith(_OVERWRITTEN):
                self._fail("was overwritten")
            if error.sqlite_errorname.startswith(_LOOK_LATER):
                return  # the next check looks again
            raise translated(error, Path(self._file)) from error
        if (last or 0) < self._last:
            self._fail("was overwritten")
        self._size, self._time = found.st_size, found.st_mtime_ns

    def _fail(self, what: str) -> NoReturn:
        self._fault = LogFileChanged(self._file, what)
        raise self._fault


def _status(name: str) -> os.stat_result:
    try:
        return os.stat(name)  # noqa: PTH116 -- a path object would cost as much again
    except FileNotFoundError:
        raise LogFileChanged(name, "was removed") from None
    except OSError as trouble:
        raise LogFileChanged(name, f"cannot be found ({trouble.strerror})") from trouble
