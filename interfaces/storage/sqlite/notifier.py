"""Notices that the log has grown: at once within this process, by a cheap poll when another process wrote."""

from __future__ import annotations

import threading
import time

from interfaces.storage.sqlite.events import SqliteRecorder

POLL_SECONDS = 0.01
"""How late another process's commit may be noticed. One look costs a few microseconds."""


class SqliteLogNotifier:
    def __init__(self, recorder: SqliteRecorder) -> None:
        self._recorder = recorder
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

    def close(self) -> None:
        """Nothing to let go of."""
