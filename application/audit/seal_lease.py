"""The lease of sealing, as one process holds it: renewed when half of it has passed, not at every look."""

from __future__ import annotations

from datetime import datetime, timedelta

from application.ports.clock import Clock
from application.ports.seal_states import SealStates


class SealLease:
    def __init__(self, states: SealStates, clock: Clock, holder: str, seconds: float) -> None:
        self._states = states
        self._clock = clock
        self._holder = holder
        self._seconds = seconds
        self._renewed: datetime | None = None

    def acquire(self) -> bool:
        """Acquire the lease, or renew it in time. False while another process has it.

        What is stored with the lease is checked by the store itself, so that a clock that was set back does no harm.
        """
        now = self._clock.now()
        half = timedelta(seconds=self._seconds / 2)
        if self._renewed is None or not self._renewed <= now < self._renewed + half:
            self._renewed = now if self._states.acquire(self._holder, self._seconds) else None
        return self._renewed is not None

    def lose(self) -> None:
        """Another process was seen to have it."""
        self._renewed = None

    def release(self) -> None:
        self._renewed = None
        self._states.release(self._holder)
