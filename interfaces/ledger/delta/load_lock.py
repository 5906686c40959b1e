"""The load lock: one load at a time. The kernel releases it when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from domain.errors import LedgerBusy

_FOR_ALL = 0o644


@contextmanager
def load_lock(path: Path) -> Iterator[None]:
    """Hold the lock file. Raises `LedgerBusy` at once when it is held, by this process or another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file, _held(file.fileno()):
        yield


@contextmanager
def load_lock_of_all_users(path: Path) -> Iterator[None]:
    """The same for a file in a folder that the users of a machine share. It is empty, and any of them may hold it."""
    descriptor = _opened_to_read(path)
    try:
        with _held(descriptor):
            yield
    finally:
        os.close(descriptor)


@contextmanager
def _held(descriptor: int) -> Iterator[None]:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LedgerBusy from None
    yield


def _opened_to_read(path: Path) -> int:
    """The file, made where it is missing: one that another user made can be read, but neither made nor written."""
    with suppress(FileNotFoundError):
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CREAT, _FOR_ALL)
    os.fchmod(descriptor, _FOR_ALL)  # the umask may have closed it to others
    return descriptor
