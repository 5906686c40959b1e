"""The memory of a process tree, measured while it is attacked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tests.support.processes import resident_mib_of_all

CEILING_MIB = 2_000.0
"""The target is killed beyond this, so that an attack that succeeds does not harm the machine."""

INTERVAL_SECONDS = 0.1

STEADY_SECONDS = 2.0
STEADY_MIB = 1.0
"""Processes have started when their memory changes by less than this within that time."""

START_SECONDS = 60.0


def wait_until_steady(pids: Callable[[], list[int]]) -> None:
    """Wait until processes have started, or for `START_SECONDS`: what they take by then is not an attack's."""
    deadline, before = time.monotonic() + START_SECONDS, 0.0
    while time.monotonic() < deadline:
        now = resident_mib_of_all(pids())
        if abs(now - before) < STEADY_MIB:
            return
        before = now
        time.sleep(STEADY_SECONDS)


class MemoryWatch:
    """Samples the resident memory of processes until `stop`.

    pids    gives the processes as they are now
    exceed  called once when the ceiling is exceeded
    """

    def __init__(self, pids: Callable[[], list[int]], exceed: Callable[[], None]) -> None:
        self._pids = pids
        self._exceed = exceed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.first = self.peak = self._now()
        self.exceeded = False
        self._thread.start()

    @property
    def grown(self) -> float:
        return self.peak - self.first

    @property
    def figure(self) -> str:
        beyond = "; killed at the ceiling" if self.exceeded else ""
        return f"{self.first:.0f} -> {self.peak:.0f} MiB{beyond}"

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(INTERVAL_SECONDS):
            self.peak = max(self.peak, self._now())
            if self.peak > CEILING_MIB:
                self.exceeded = True
                self._exceed()
                return

    def _now(self) -> float:
        return resident_mib_of_all(self._pids())
