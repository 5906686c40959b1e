"""Copies of SQLite files for a user who cannot write them, while another process may be writing them.

To read a database in WAL mode, SQLite needs its `-shm` file, or the right to make one. A running process has it, so its
database is read through SQLite. Where there is none, no process has the database open: the file and its write-ahead
log are copied as they lie. `immutable=1` would leave out what is in the write-ahead log.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path

from domain.errors import StoreUnavailable
from interfaces.storage.sqlite.connection import translate_errors

TRIES = 5
"""How often a copy begins again because a process opened or changed the database meanwhile."""

_FAILED_WRITES = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE")
"""Errors of the copy: of the source, nothing is written."""


def copy_database(file: Path, target: Path) -> None:
    """Copy one moment of a database to a new file. Raises `StoreUnavailable`."""
    for _ in range(TRIES):
        with _room_for(file, target):
            if _copied_while_open(file, target) or _copied_while_closed(file, target):
                return
        target.unlink(missing_ok=True)
    raise StoreUnavailable(
        f"The file {file.name} is being opened and closed by other processes. Try again in a moment."
    )


@contextmanager
def _room_for(file: Path, target: Path) -> Iterator[None]:
    """Translate errors of a disk that cannot take the copy."""
    try:
        yield
    except (OSError, StoreUnavailable) as trouble:
        is_full = isinstance(trouble, OSError) and trouble.errno in (ENOSPC, EDQUOT)
        if is_full or _sqlite_error(trouble).startswith(_FAILED_WRITES):
            raise StoreUnavailable(
                f"This user may only read the data folder, and its files cannot be copied to {target.parent}: that "
                "disk is full or fails. Make room on it, or name another place for temporary files in TMPDIR."
            ) from trouble
        raise


def _copied_while_open(file: Path, target: Path) -> bool:
    try:
        with (
            translate_errors(file),
            closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
        return True
    except StoreUnavailable as trouble:
        if _sqlite_error(trouble).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
            return False
        raise


def _sqlite_error(trouble: Exception) -> str:
    return str(getattr(trouble.__cause__, "sqlite_errorname", ""))


def _copied_while_closed(file: Path, target: Path) -> bool:
    """Whether a copy was made, and the files were the same before and after."""
    before = _state(file)
    shutil.copyfile(file, target)
    log, log_of_target = _write_ahead_log(file), _write_ahead_log(target)
    log_of_target.unlink(missing_ok=True)
    if log.exists():
        shutil.copyfile(log, log_of_target)
    return _state(file) == before


def _state(file: Path) -> tuple[tuple[int, int] | None, ...]:
    """Size and time of the database, of its write-ahead log, and of what a process that has it open makes."""
    return tuple(map(_size_and_time, (file, _write_ahead_log(file), file.with_name(f"{file.name}-shm"))))


def _size_and_time(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _write_ahead_log(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")
