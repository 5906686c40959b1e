"""A lock on a file, which ends with its process: of the idle worker that waits, or of the server that projects."""

from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path
from typing import TextIO

POLL_SECONDS = 0.02
"""The longest delay between the release of the lock and its next acquisition."""


class ProcessLock:
    def __init__(self, file: Path) -> None:
        """file  made when the lock is first acquired"""
        self._path = file
        self._file: TextIO | None = None

    def acquire(self, timeout_seconds: float, interrupted: threading.Event) -> bool:
        """Wait for the lock; False after the time, or when interrupted."""
        deadline = time.monotonic() + timeout_seconds
        while not self.try_acquire():
            if interrupted.wait(POLL_SECONDS) or time.monotonic() >= deadline:
                return False
        return True

    def try_acquire(self) -> bool:
        """Whether the process holds the lock, which it acquires when no other process holds it."""
        if self._file is None:
            self._file = self._path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
