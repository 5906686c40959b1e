"""The presence of a worker: a thread that says again and again that its process is alive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from application.ports.workers import BEAT_SECONDS, WorkerProcess, Workers

log = logging.getLogger("reportrun.worker")


class Presence:
    """Independent of the computation: a worker with a long report is alive."""

    def __init__(self, workers: Workers, process: WorkerProcess, beat_seconds: float = BEAT_SECONDS) -> None:
        self._workers = workers
        self._process = process
        self._beat_seconds = beat_seconds
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self, seconds: float) -> None:
        """Leave. A store that does not answer within the time is not waited for: the last heartbeat grows old there."""
        self._ending.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            _try(lambda: self._workers.beat(self._process))
            if self._ending.wait(self._beat_seconds):
                break
        _try(lambda: self._workers.leave(self._process.name))


def _try(act: Callable[[], None]) -> None:
    """A store that cannot be reached is warned of by the work loop; the next heartbeat tries again."""
    try:
        act()
    except Exception as trouble:
        log.debug("A heartbeat could not be stored. %s", trouble)
