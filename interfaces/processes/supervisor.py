"""The supervisor: keeps a number of processes of one kind alive, so that a report that kills its own kills no more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import StrEnum

from interfaces.processes.child import ChildProcess, ChildProgram
from interfaces.processes.restarting import RestartingProcess
from interfaces.settings import Settings

LOOK_SECONDS = 0.1

STOP_SECONDS = 7.0
"""A little more than a worker takes to hand back the report that is under way."""


MOST_FAILED_STARTS = 5
"""In a row, for each process: some seconds, in which a store that is starting up may answer."""


class Kind(StrEnum):
    """What the processes do: the name of their module."""

    WORKER = "worker"
    DELIVERER = "deliverer"
    SEALER = "sealer"


class Supervisor:
    """Starts processes of one kind, restarts those that end, and stops them all."""

    def __init__(
        self,
        settings: Settings,
        count: int,
        given_up: Callable[[], None] | None = None,
        kind: Kind = Kind.WORKER,
    ) -> None:
        """
        count     how many processes
        given_up  called when no process could start in all its tries; None: they are tried for ever
        """
        program = ChildProgram(f"{kind} process", f"interfaces.entrypoints.{kind}", settings=settings)
        tries = MOST_FAILED_STARTS if given_up else None
        self._given_up = given_up
        self._processes = [RestartingProcess(program, most_failed_starts=tries) for _ in range(count)]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_alive, name="supervisor", daemon=True)

    def start(self) -> None:
        for process in self._processes:
            process.start()
        self._thread.start()

    @property
    def count(self) -> int:
        """How many processes it keeps alive."""
        return len(self._processes)

    def ask_to_stop(self) -> None:
        """Ask every process to stop, and do not wait; `stop` follows."""
        for process in self._processes:
            process.ask_to_stop()

    def stop(self) -> None:
        """Ask every process to stop, and kill those that do not in time."""
        self._stopping.set()
        if self._thread.ident is not None:  # else the server could not start
            self._thread.join()
        self.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._processes:
            process.stop(max(0.1, deadline - time.monotonic()))

    def processes(self) -> list[ChildProcess]:
        """The processes of this moment."""
        return [process.child for process in self._processes if process.child is not None]

    @property
    def has_given_up(self) -> bool:
        return bool(self._processes) and all(process.has_given_up for process in self._processes)

    def _keep_alive(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            for process in self._processes:
                process.restart_if_ended()
            if self._given_up and self.has_given_up:
                self._given_up()
                return
