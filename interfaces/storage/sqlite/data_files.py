"""The files of a data folder: when they are made, and the address that opens a file without making it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO
from urllib.parse import unquote, urlsplit

from domain.errors import StoreUnavailable

LOG, VIEWS, QUEUE = "events.db", "views.db", "queue.db"

MADE_OF_THE_LOG = (VIEWS, QUEUE)


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the folder's lock while files are created: SQLite does not wait when two processes switch to WAL mode.

    Makes the folder, also again where another process removes it meanwhile.
    """
    while (lock := _locked(folder / ".set-up.lock")) is None:
        pass
    with lock:
        yield


def _locked(file: Path) -> TextIO | None:
    """A file, locked, in a folder that is made if need be; None when the folder was removed meanwhile."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = file.open("w")
    except (FileExistsError, FileNotFoundError):
        if os.path.lexists(file.parent) and not file.parent.is_dir():
            raise
        return None
    fcntl.flock(lock, fcntl.LOCK_EX)
    with suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(lock.fileno()), file.stat()):
            return lock
    lock.close()
    return None


def make_file(file: Path) -> None:
    """Make a database without tables, unless the file is there. The caller holds the folder's lock."""
    if not file.exists():
        file.touch()  # an empty file is one


def must_have_log(folder: Path) -> None:
    """Raises `StoreUnavailable` for a folder of which the log is gone: an empty one would hide that."""
    made_of_it = [name for name in MADE_OF_THE_LOG if (folder / name).exists()]
    if made_of_it and not (folder / LOG).exists():
        raise StoreUnavailable(
            f"The store in {folder.absolute()} lacks {LOG}, the log of events, which {made_of_it[0]} was made of. Put "
            "the file back, or bring back a backup: `reportrun restore FILE`."
        )


def must_have_store(folder: Path) -> None:
    """Raises `StoreUnavailable` for a folder without a log, for a process that works for one that has opened it."""
    must_have_log(folder)
    if not (folder / LOG).exists():
        raise StoreUnavailable(
            f"There is no store in {folder.absolute()}. See that the folder's disk is mounted. `reportrun serve` makes "
            "a new store."
        )


def address_of(file: Path) -> str:
    """The address that opens a database for reading and writing, and fails where there is no file."""
    return f"{file.absolute().as_uri()}?mode=rw"


def file_at(address: str) -> Path:
    """The file that an address of `address_of` opens."""
    return Path(unquote(urlsplit(address).path))
