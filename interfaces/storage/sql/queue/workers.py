"""The register of worker processes, beside the tables of the queue."""

from __future__ import annotations

from collections.abc import Sequence

from application.ports.clock import Clock
from application.ports.workers import KEPT_SECONDS, SeenWorker, WorkerProcess
from interfaces.storage.sql.database import QueueWriter
from interfaces.storage.sql.statements import statements


class SqlWorkers:
    def __init__(self, writer: QueueWriter, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock
        self._sql = statements("queue/workers.sql")

    def beat(self, process: WorkerProcess) -> None:
        now = self._clock.now().timestamp()
        with self._writer.transaction():
            self._writer.execute(self._sql["forget"], {"oldest": now - KEPT_SECONDS, "newest": now + KEPT_SECONDS})
            self._writer.execute(self._sql["beat"], {**process._asdict(), "now": now})

    def leave(self, name: str) -> None:
        with self._writer.transaction():
            self._writer.execute(self._sql["leave"], {"name": name})

    def seen(self) -> Sequence[SeenWorker]:
        return [
            SeenWorker(WorkerProcess(row["name"], row["host"], row["pid"], row["started"]), row["last_seen"])
            for row in self._writer.every(self._sql["seen"])
        ]
