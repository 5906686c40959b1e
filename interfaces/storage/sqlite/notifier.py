"""Notifies of new events: at once within this process, by a cheap poll when another process appends."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from interfaces.storage.sqlite.events import SqliteRecorder
from interfaces.storage.sqlite.process_lock import ProcessLock

POLL_SECONDS = 0.01
"""The longest delay of a notification of another process's commit. One poll takes a few microseconds."""


class SqliteLogNotifier:
    def __init__(self, recorder: SqliteRecorder, folder: Path) -> None:
        """folder  where the files of its locks lie"""
        self._recorder = recorder
        self._leader_lock = ProcessLock(folder / ".watch.lock")
        self._projecting_lock = ProcessLock(folder / ".project.lock")
        self._woken = threading.Event()
        self._seen: int | None = None

    def wait(self, timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        while not self._woken.wait(min(POLL_SECONDS, max(0.0, deadline - time.monotonic()))):
            changes = self._recorder.changes_seen()
            if changes != self._seen:
                self._seen = changes
                return
            if time.monotonic() >= deadline:
                return
        self._woken.clear()

    def wake(self) -> None:
        self._woken.set()

    def is_projecting(self) -> bool:
        try:
            return self._projecting_lock.try_acquire()
        except OSError:  # another user's file, or too many open files: projected as by a server that stands by
            return False

    def acquire_leader_lock(self, timeout_seconds: float) -> bool:
        return self._leader_lock.acquire(timeout_seconds, self._woken)

    def release_leader_lock(self) -> None:
        self._leader_lock.release()

    def close(self) -> None:
        self._leader_lock.close()
        self._projecting_lock.close()
