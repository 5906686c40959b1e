"""The supervisor: keeps a number of worker processes alive, so that a report that kills its process kills no more."""

from __future__ import annotations

import logging
import subprocess
import threading
import time

from interfaces.processes.child import start_process
from interfaces.settings import Settings

log = logging.getLogger("reportrun.supervisor")

LOOK_SECONDS = 0.1
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.2, 10.0
STEADY_SECONDS = 30.0
"""A worker that lived this long has started well: the next restart is quick again."""

STOP_SECONDS = 7.0


class Supervisor:
    def __init__(self, settings: Settings, workers: int) -> None:
        self._settings = settings
        self._slots = [_Slot() for _ in range(workers)]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_alive, name="supervisor", daemon=True)

    def start(self) -> None:
        for slot in self._slots:
            slot.start(self._settings)
        self._thread.start()

    def stop(self) -> None:
        """Ask every worker to stop, and end those that do not."""
        self._stopping.set()
        self._thread.join()
        for slot in self._slots:
            slot.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for slot in self._slots:
            slot.wait(deadline)

    def processes(self) -> list[subprocess.Popen[bytes]]:
        """The worker processes as they are now."""
        return [slot.process for slot in self._slots if slot.process is not None]

    def _keep_alive(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            for slot in self._slots:
                slot.restart_if_dead(self._settings)


class _Slot:
    """A place for one worker process."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._delay = FIRST_DELAY_SECONDS

    def start(self, settings: Settings) -> None:
        self._started = time.monotonic()
        self.process = start_process("interfaces.entrypoints.worker", settings=settings)

    def restart_if_dead(self, settings: Settings) -> None:
        if self.process is None or self.process.poll() is None:
            return
        lived = time.monotonic() - self._started
        if lived < self._delay:
            return
        log.warning("a worker ended with code %s; starting another", self.process.returncode)
        self._delay = FIRST_DELAY_SECONDS if lived > STEADY_SECONDS else min(self._delay * 2, LONGEST_DELAY_SECONDS)
        self._close()
        self.start(settings)

    def ask_to_stop(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._close()

    def _close(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
