"""The load lock: one load at a time. The kernel releases it when its holder dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import LedgerBusy


@contextmanager
def load_lock(path: Path) -> Iterator[None]:
    """Hold the lock file. Raises `LedgerBusy` at once when it is held, by this process or another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LedgerBusy from None
        yield
