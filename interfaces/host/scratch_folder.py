"""A folder of its own for each process that makes files which nobody needs once it has gone.

Two databases that spilled into one folder would overwrite each other's files, and half of a result is nobody's.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from pathlib import Path

LOCK = ".in-use"


class ScratchFolder:
    """A folder that is this object's as long as the process lives.

    The lock ends with the process, however it ends, and so tells the next one what a dead one left behind.
    """

    def __init__(self, parent: Path, prefix: str) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        _clear(parent, prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        lock = _locked(self.path)
        self.remove = weakref.finalize(self, _remove, self.path, lock)
        """Removes the folder; the end of the process does so, too."""


def _locked(folder: Path) -> int:
    """Lock a folder, and show the lock only when it is held: nobody takes the folder for a dead one's in between."""
    hidden = folder / f"{LOCK}.new"
    lock = os.open(hidden, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    hidden.rename(folder / LOCK)
    return lock


def _remove(folder: Path, lock: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)


def _clear(parent: Path, prefix: str) -> None:
    """Remove the folders whose processes have gone."""
    for lock in parent.glob(f"{prefix}*/{LOCK}"):
        try:
            descriptor = os.open(lock, os.O_RDWR)
        except OSError:
            continue  # its process has just removed it
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
        except OSError:
            pass  # its process is alive, or the file system knows no locks
        finally:
            os.close(descriptor)
