"""Opens a data folder's files for the first time, one process at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_process_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the folder's lock while its files are made: SQLite does not wait when two processes switch on the log."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".set-up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
