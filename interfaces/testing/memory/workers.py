"""The register of worker processes in memory."""

from __future__ import annotations

from collections.abc import Sequence

from application.ports.clock import Clock
from application.ports.workers import KEPT_SECONDS, SeenWorker, WorkerProcess


class MemoryWorkers:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[str, SeenWorker] = {}

    def beat(self, process: WorkerProcess) -> None:
        now = self._clock.now().timestamp()
        kept = {name: one for name, one in self._seen.items() if abs(now - one.last_seen) <= KEPT_SECONDS}
        self._seen = kept | {process.name: SeenWorker(process, now)}

    def leave(self, name: str) -> None:
        self._seen.pop(name, None)

    def seen(self) -> Sequence[SeenWorker]:
        return [self._seen[name] for name in sorted(self._seen)]
