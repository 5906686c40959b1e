"""The port that notifies of new events in the log."""

from __future__ import annotations

from typing import Protocol


class LogNotifier(Protocol):
    """Says when the log may have grown, in this process or another."""

    def wait(self, timeout_seconds: float) -> None:
        """Return when the log may have grown since the last call, or after the time."""

    def wake(self) -> None:
        """End a `wait` now."""


class WatchedLog(LogNotifier, Protocol):
    """A notifier for many idle processes, one of which watches the log while the others stand by.

    Without that, each event would wake all of them, for one to find something to do.
    """

    def take_watch(self, timeout_seconds: float) -> bool:
        """Wait until no other process watches. True: this one does from now on; False after the time, or `wake`."""

    def leave_watch(self) -> None:
        """Let another process watch."""
