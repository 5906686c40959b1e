"""The loop of one deliverer process: feeds the outbox as the log grows, and begins attempts as they come due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from application.delivery.deliverer import Deliverer
from application.ports.clock import Clock
from application.ports.event_log import LogNotifier
from application.ports.outbox import Outbox
from application.webhooks.outbox_feed import OutboxFeed
from domain.errors import StoreUnavailable
from domain.webhooks.event_types import KEPT_SECONDS

log = logging.getLogger("reportrun.webhooks")

IDLE_SECONDS = 1.0
"""How often what has come due is looked for when nothing else happens."""

EVENTS_GATHER_SECONDS = 0.1
"""How long new events gather before the outbox is fed: its transactions wait for those of the views."""

SLOTS_GATHER_SECONDS = 0.02
"""How long slots that become free gather: one transaction then serves all of them."""

TROUBLE_SECONDS = 1.0

SWEEP_SECONDS = 3600.0
"""How often deliveries of events that are no longer kept are removed."""

GRACE_SECONDS = 4.0
"""How long attempts that are under way may go on after a stop."""

HAND_BACK_SECONDS = 1.0
"""How long the store may take to record those that were broken off."""


class DeliveryLoop:
    def __init__(
        self, *, feed: OutboxFeed, outbox: Outbox, deliverer: Deliverer, notifier: LogNotifier, clock: Clock
    ) -> None:
        self._feed = feed
        self._outbox = outbox
        self._deliverer = deliverer
        self._notifier = notifier
        self._clock = clock
        self._is_fed = False
        self._is_stopping = False

    async def run(self) -> None:
        """Deliver until `stop` is called; then let attempts end, and hand back the others."""
        tasks = [asyncio.create_task(self._repeat(work)) for work in (self._feed_outbox, self._deliver, self._sweep)]
        await asyncio.gather(*tasks[:2])
        tasks[2].cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._deliverer.settle(), GRACE_SECONDS)
        with suppress(TimeoutError, StoreUnavailable):  # without a store, the leases expire
            await asyncio.wait_for(self._deliverer.hand_back(), HAND_BACK_SECONDS)

    def stop(self) -> None:
        """Call it from the event loop's thread."""
        self._is_stopping = True
        self._notifier.wake()
        self._deliverer.slot_freed.set()

    async def _repeat(self, work: Callable[[], Awaitable[None]]) -> None:
        is_in_trouble = False
        while not self._is_stopping:
            try:
                await work()
                is_in_trouble = False
            except StoreUnavailable as trouble:
                if not is_in_trouble:
                    log.warning("Webhooks wait for the store. %s", trouble)
                is_in_trouble = True
                await asyncio.sleep(TROUBLE_SECONDS)
            except Exception:
                log.exception("A deliverer met trouble; going on in a moment")
                await asyncio.sleep(TROUBLE_SECONDS)

    async def _feed_outbox(self) -> None:
        await self._feed.catch_up()
        self._is_fed = True
        self._deliverer.slot_freed.set()
        await asyncio.to_thread(self._notifier.wait, IDLE_SECONDS)
        await asyncio.sleep(EVENTS_GATHER_SECONDS)

    async def _deliver(self) -> None:
        if self._is_fed:  # before, views that are made anew may lack what is due
            await self._deliverer.begin_due()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._deliverer.slot_freed.wait(), IDLE_SECONDS)
        await asyncio.sleep(SLOTS_GATHER_SECONDS)

    async def _sweep(self) -> None:
        before = int(self._clock.now().timestamp()) - KEPT_SECONDS
        await asyncio.to_thread(self._outbox.sweep, before)
        await asyncio.sleep(SWEEP_SECONDS)
