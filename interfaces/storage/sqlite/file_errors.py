"""Errors of SQLite's files and their disk, as sentences that name the file and what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from domain.errors import StoreUnavailable

DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")

_DAMAGED = {
    "views.db": "It holds nothing but views: stop everything and remove it, and it is made again: `rm {file}*`.",
    "queue.db": "It holds nothing but the queue: stop everything and remove it, and it is made again: `rm {file}*`.",
    "events.db": "It is the log of events: stop everything, move {file}* away, and bring back a backup: "
    "`reportrun restore FILE`.",
}
_OTHER_DAMAGED = "Stop everything, and bring back a backup: `reportrun restore FILE`."

_SENTENCES = {
    "SQLITE_FULL": "cannot be written now: the disk is full. Make room on the disk of the data folder.",
    "SQLITE_READONLY": "cannot be written. Give this user the right to write it, on a disk that can be written.",
    "SQLITE_CANTOPEN": "cannot be opened. See that the data folder is there, and that its disk is mounted.",
    "SQLITE_IOERR": "cannot be read or written: its disk fails, or is not mounted any more. Mend that first.",
    "SQLITE_BUSY": "is held by another process. Try again in a moment.",
}
_OTHER_SENTENCE = "cannot be used now. Try again in a moment."


def translated(error: sqlite3.DatabaseError, file: Path) -> Exception:
    """`StoreUnavailable` for an error of the file or the disk; the error itself for a mistake in this program."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(DAMAGE):
        cure = _DAMAGED.get(file.name, _OTHER_DAMAGED).format(file=file)
        return StoreUnavailable(f"The file {file.name} is damaged. {cure}")
    if not isinstance(error, sqlite3.OperationalError):
        return error
    sentence = next((words for start, words in _SENTENCES.items() if name.startswith(start)), _OTHER_SENTENCE)
    return StoreUnavailable(f"The file {file.name} {sentence}")
