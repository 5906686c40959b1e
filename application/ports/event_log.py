"""The port that notifies of new events in the log."""

from __future__ import annotations

from typing import Protocol


class LogNotifier(Protocol):
    """Says when the log may have grown, in this process or another."""

    def wait(self, timeout_seconds: float) -> None:
        """Return when the log may have grown since the last call, or after the time."""

    def wake(self) -> None:
        """End a `wait` now."""


class ProjectingNotifier(LogNotifier, Protocol):
    """A notifier for many servers, of which one projects what all of them store."""

    def is_projecting(self) -> bool:
        """Whether this process is the one that projects: it becomes it when there is no other, until it ends."""


class SharedNotifier(LogNotifier, Protocol):
    """A notifier for many idle processes, of which the leader waits for events while the others stand by.

    Without that, each event would wake all of them, for one to find something to do.
    """

    def acquire_leader_lock(self, timeout_seconds: float) -> bool:
        """Wait until no other process is the leader. True: this one is from now on; False after the time, or `wake`."""

    def release_leader_lock(self) -> None:
        """Let another process be the leader."""
