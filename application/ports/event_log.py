"""The port that notifies of new events in the log."""

from __future__ import annotations

from typing import Protocol


class LogNotifier(Protocol):
    """Says when the log may have grown, in this process or another."""

    def wait(self, timeout_seconds: float) -> None:
        """Return when the log may have grown since the last call, or after the time."""

    def wake(self) -> None:
        """End a `wait` now."""
