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

    def take_watch(self, timeout_seconds: float) -> bool:
        return True  # there is one process

    def leave_watch(self) -> None:
        """Nothing to leave."""

    def close(self) -> None:
        """Nothing to let go of."""
