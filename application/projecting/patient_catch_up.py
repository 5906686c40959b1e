"""Catching up in a process that leaves projecting to others, where there are any."""

from __future__ import annotations

import time
from collections.abc import Callable

from application.projecting.subscription import CatchesUp

PATIENCE_SECONDS = 0.3
"""How long others may take: a server projects within hundredths of a second."""

LOOK_SECONDS = 0.02


class PatientCatchUp:
    """Waits for a server to project new events, and projects them itself where none does: two at once hinder each
    other."""

    def __init__(
        self,
        projector: CatchesUp,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._projector = projector
        self._clock = clock
        self._wait = wait

    def catch_up(self) -> int:
        """The position that the views have reached: that of the last event at the time of the call, or a later one."""
        position, last = self._projector.position(), self._projector.last_position()
        is_ahead = position > last  # of a log that was replaced, which the projector refuses
        deadline = self._clock() + PATIENCE_SECONDS
        while position < last and self._clock() < deadline:
            self._wait(LOOK_SECONDS)
            position = self._projector.position()
        return self._projector.catch_up() if is_ahead or position < last else position
