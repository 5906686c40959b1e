"""The port for the register of worker processes: which are alive, by their heartbeats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

BEAT_SECONDS = 10.0
"""How often a worker says that it is alive."""

ALIVE_SECONDS = 30.0
"""How long after its last heartbeat a worker counts as alive: one that was killed cannot say so."""

KEPT_SECONDS = 24 * 3600.0
"""How long after its last heartbeat a worker that has died is remembered."""


class WorkerProcess(NamedTuple):
    """A worker process. name: as events record it; started: Unix seconds"""

    name: str
    host: str
    pid: int
    started: float


class SeenWorker(NamedTuple):
    """A worker process and its last heartbeat, in Unix seconds."""

    process: WorkerProcess
    last_seen: float

    def is_alive(self, now: float) -> bool:
        """A heartbeat far ahead of now was made before the clock was set back, and does not count."""
        return abs(now - self.last_seen) <= ALIVE_SECONDS


class Workers(Protocol):
    """Heartbeats of worker processes. Methods block for milliseconds."""

    def beat(self, process: WorkerProcess) -> None:
        """Record that a worker is alive now, and delete those that were last seen longer ago than they are kept."""

    def leave(self, name: str) -> None:
        """Delete a worker that ends."""

    def seen(self) -> Sequence[SeenWorker]:
        """Every worker that has not left and is still kept, by name."""
