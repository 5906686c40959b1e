"""A scratch folder: temporary files of one process, removed at its end or by the next process after a crash."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
import weakref
from itertools import chain
from pathlib import Path

LOCK = ".in-use"

UNLOCKED = f"{LOCK}.new"
"""The name of the lock file until it is locked."""

LOCKED_WITHIN_SECONDS = 60
"""A process locks its folder within microseconds: after this, an unlocked lock file belongs to a killed process."""


class ScratchFolder:
    """A new folder in `parent`, locked for as long as the process lives.

    The kernel releases the lock when the process ends, so the next process can tell abandoned folders from used ones.
    """

    def __init__(self, parent: Path, prefix: str) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        _clear(parent)
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        lock = _locked(self.path)
        self.remove = weakref.finalize(self, _remove, self.path, lock)
        """Removes the folder; the end of the process removes it, too."""


def _locked(folder: Path) -> int:
    """Lock a folder. The lock file appears under its name once it is locked: unlocked, it would look abandoned."""
    hidden = folder / UNLOCKED
    lock = os.open(hidden, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    hidden.rename(folder / LOCK)
    return lock


def _remove(folder: Path, lock: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)


def _clear(parent: Path) -> None:
    """Remove the folders of processes that have ended."""
    for lock in chain(parent.glob(f"*/{LOCK}"), filter(_is_old, parent.glob(f"*/{UNLOCKED}"))):
        try:
            descriptor = os.open(lock, os.O_RDWR)
        except OSError:
            continue  # just removed by its process
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
        except OSError:
            pass  # its process is alive, or the file system knows no locks
        finally:
            os.close(descriptor)


def _is_old(file: Path) -> bool:
    try:
        return time.time() - file.stat().st_mtime > LOCKED_WITHIN_SECONDS
    except OSError:  # it has got its name
        return False
