"""The sweep of idempotency records that are past their retention."""

from __future__ import annotations

import asyncio
import logging
import time

from application.log.idempotency_records import KEPT_SECONDS, IdempotencyRecords
from application.ports.clock import Clock
from domain.errors import StoreUnavailable

log = logging.getLogger("reportrun")

INTERVAL_SECONDS = 600

PAUSE_SECONDS = 0.1
"""Between two steps, so that creates find the log free: with 100 records each, 70 million are deleted in a day."""

PAUSES_A_STEP = 2
"""How many times as long as a step its pause lasts, at least: a slow disk is left to creates."""


class IdempotencySweep:
    """Removes expired records at an interval."""

    def __init__(self, records: IdempotencyRecords, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def run(self) -> None:
        """Sweep until cancelled. What goes wrong is logged, and tried again at the next interval."""
        while True:
            try:
                while took := await asyncio.to_thread(self._timed_step):
                    await asyncio.sleep(max(PAUSE_SECONDS, PAUSES_A_STEP * took))
            except StoreUnavailable as trouble:
                log.warning("Old records could not be swept: %s", trouble)
            except Exception:
                log.exception("Old records could not be swept")
            await asyncio.sleep(INTERVAL_SECONDS)

    def sweep(self) -> int:
        """One step: delete some of the expired records, and give how many."""
        return self._records.sweep(int(self._clock.now().timestamp()) - KEPT_SECONDS)

    def _timed_step(self) -> float:
        """Seconds that one step took; 0 when nothing was left."""
        started = time.monotonic()
        return time.monotonic() - started if self.sweep() else 0
