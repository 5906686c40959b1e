"""A folder of its own for each engine: two databases that spill into one folder would overwrite each other's files."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from pathlib import Path

_LOCK = ".in-use"


class OwnFolder:
    """A folder that is this engine's as long as the process lives.

    The lock ends with the process, however it ends, and so tells the next engine what a dead one left behind.
    """

    def __init__(self, parent: Path) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        _clear(parent)
        self.path = Path(tempfile.mkdtemp(prefix="engine-", dir=parent))
        lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.remove = weakref.finalize(self, _remove, self.path, lock)
        """Removes the folder; the end of the process does so, too."""


def _remove(folder: Path, lock: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)


def _clear(parent: Path) -> None:
    for lock in parent.glob(f"engine-*/{_LOCK}"):
        try:
            descriptor = os.open(lock, os.O_RDWR)
        except OSError:
            continue  # its engine has just removed it
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
        except BlockingIOError:
            pass  # its engine is alive
        finally:
            os.close(descriptor)
