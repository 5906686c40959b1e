"""Warnings that anybody on the network can cause: a few of them are logged, the others are counted."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

log = logging.getLogger("reportrun.http")

WARNINGS = 5
PERIOD_SECONDS = 60.0


class RateLimitedWarnings:
    """Logs `WARNINGS` in a period, and at its end how many more there were."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._ends = 0.0
        self._logged = 0
        self._left_out = 0

    def warn(self, message: str) -> None:
        self.end_period()
        if self._logged == WARNINGS:
            self._left_out += 1
            return
        self._logged += 1
        log.warning("%s", message)

    def end_period(self) -> None:
        """Begin another period when this one is over. Called once a second."""
        now = self._now()
        if now < self._ends:
            return
        self.say_left_out()
        self._ends, self._logged = now + PERIOD_SECONDS, 0

    def say_left_out(self) -> None:
        """Log how many warnings were left out so far in this period. Called when the server stops, too."""
        if self._left_out:
            log.warning("%d more such warnings within %g s were left out.", self._left_out, PERIOD_SECONDS)
        self._left_out = 0
