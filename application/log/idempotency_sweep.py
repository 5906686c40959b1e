"""The sweep of idempotency records that are past their retention."""

from __future__ import annotations

import asyncio
import logging

from application.log.idempotency_records import KEPT_SECONDS, IdempotencyRecords
from application.ports.clock import Clock
from domain.errors import StoreUnavailable

log = logging.getLogger("reportrun")

INTERVAL_SECONDS = 600


class IdempotencySweep:
    """Removes expired records at an interval."""

    def __init__(self, records: IdempotencyRecords, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def run(self) -> None:
        """Sweep until cancelled. A store that is away is tried again at the next interval."""
        while True:
            try:
                await asyncio.to_thread(self.sweep)
            except StoreUnavailable as trouble:
                log.warning("Old records could not be swept: %s", trouble)
            await asyncio.sleep(INTERVAL_SECONDS)

    def sweep(self) -> None:
        self._records.sweep(int(self._clock.now().timestamp()) - KEPT_SECONDS)
