"""The deliverer: acquires leases of due deliveries and attempts them, many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from application.delivery.attempt_records import AttemptRecords
from application.delivery.attempting import Attempting
from application.delivery.slots import Slots
from application.ports.outbox import ClaimedDelivery, Outbox
from application.webhooks.due_deliveries import DueDeliveries, DueDelivery


class Deliverer:
    """Several share the work by leases. One that dies leaves its leases to expire: then another sends once more."""

    def __init__(
        self,
        *,
        worker: str,
        outbox: Outbox,
        deliveries: DueDeliveries,
        attempting: Attempting,
        records: AttemptRecords,
        lease_seconds: float,
    ) -> None:
        """lease_seconds  more than an attempt takes, as leases are not renewed"""
        self._worker = worker
        self._outbox = outbox
        self._deliveries = deliveries
        self._attempting = attempting
        self._records = records
        self._lease_seconds = lease_seconds
        self._slots = Slots()
        self._under_way: set[asyncio.Task[None]] = set()
        self.slot_freed = asyncio.Event()

    @property
    def under_way(self) -> int:
        """How many attempts are under way."""
        return len(self._under_way)

    async def begin_due(self) -> int:
        """Begin an attempt at each due delivery for which there is a slot; gives how many were begun.

        Raises `StoreUnavailable`.
        """
        self.slot_freed.clear()
        claimed = await asyncio.to_thread(self._claim)
        if not claimed:
            return 0
        prepared = await self._deliveries.prepare_all(claimed)
        await self._give_up([one for one, due in zip(claimed, prepared, strict=True) if due is None])
        begun = [due for due in prepared if due is not None]
        for due in begun:
            self._begin(due)
        return len(begun)

    async def settle(self) -> None:
        """Wait until every attempt under way has ended and is recorded."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        await self._records.all_stored()

    async def hand_back(self) -> None:
        """Break off what is under way, and let other deliverers have all that this one holds."""
        for task in self._under_way:
            task.cancel()
        await self.settle()
        await asyncio.to_thread(self._outbox.release, self._worker)

    def _claim(self) -> Sequence[ClaimedDelivery]:
        free = self._slots.free
        if free <= 0:
            return []
        return self._outbox.claim(
            self._worker, limit=free, of_each=1, lease_seconds=self._lease_seconds, room=self._slots.room()
        )

    async def _give_up(self, claimed: Sequence[ClaimedDelivery]) -> None:
        if claimed:
            await asyncio.to_thread(self._outbox.give_up, self._worker, [one.delivery for one in claimed])

    def _begin(self, due: DueDelivery) -> None:
        self._slots.take(due.endpoint.id)
        task = asyncio.create_task(self._attempt(due))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _attempt(self, due: DueDelivery) -> None:
        is_success, seconds = False, 0.0
        try:
            attempt = await self._attempting.attempt(due)
            is_success, seconds = attempt.is_delivered, attempt.seconds
            self._records.add(attempt)
        finally:
            self._slots.give_back(due.endpoint.id, is_success=is_success, seconds=seconds)
            self.slot_freed.set()
