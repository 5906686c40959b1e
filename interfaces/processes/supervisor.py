"""The supervisor: keeps a number of worker processes alive, so that a report that kills its process kills no more."""

from __future__ import annotations

import threading
import time

from interfaces.processes.child import ChildProcess, ChildProgram
from interfaces.processes.restarting import RestartingProcess
from interfaces.settings import Settings

LOOK_SECONDS = 0.1

STOP_SECONDS = 7.0
"""A little more than a worker takes to hand back the report that is under way."""


class Supervisor:
    """Starts worker processes, restarts those that end, and stops them all."""

    def __init__(self, settings: Settings, workers: int) -> None:
        program = ChildProgram("worker process", "interfaces.entrypoints.worker", settings=settings)
        self._workers = [RestartingProcess(program) for _ in range(workers)]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_alive, name="supervisor", daemon=True)

    def start(self) -> None:
        for worker in self._workers:
            worker.start()
        self._thread.start()

    def stop(self) -> None:
        """Ask every worker to stop, and kill those that do not in time."""
        self._stopping.set()
        self._thread.join()
        for worker in self._workers:
            worker.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for worker in self._workers:
            worker.stop(max(0.1, deadline - time.monotonic()))

    def processes(self) -> list[ChildProcess]:
        """The worker processes of this moment."""
        return [worker.child for worker in self._workers if worker.child is not None]

    def _keep_alive(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            for worker in self._workers:
                worker.restart_if_ended()
