"""Notifies the threads of one process of new events in a log in memory."""

from __future__ import annotations

import threading


class MemoryLogNotifier:
    def __init__(self) -> None:
        self._grown = threading.Event()

    def wait(self, timeout_seconds: float) -> None:
        self._grown.wait(timeout_seconds)
        self._grown.clear()

    def wake(self) -> None:
        self._grown.set()

    def is_projecting(self) -> bool:
        return True  # there is one process

    def acquire_leader_lock(self, timeout_seconds: float) -> bool:
        return True

    def release_leader_lock(self) -> None:
        """Nothing to release."""

    def close(self) -> None:
        """Nothing to let go of."""
