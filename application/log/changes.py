"""Changes of an aggregate by requests: loaded, changed and stored again, with the record of the request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from eventsourcing.persistence import IntegrityError

from application.log.event_store import EventStore
from application.log.idempotency_records import Append, IdempotencyRecord, KeyRecorded
from domain.aggregate import TextIdAggregate
from domain.errors import NotFound

TRIES = 3
"""How often a change is made anew because another one was stored meanwhile."""

Kind = TypeVar("Kind", bound=TextIdAggregate)

Record = Callable[[Kind], IdempotencyRecord | None]
"""Gives the idempotency record that is stored with the events of an aggregate, if the request has a key."""


class Changes:
    def __init__(self, events: EventStore, append: Callable[[Append], Awaitable[int]]) -> None:
        self._events = events
        self._append = append

    async def store(self, aggregate: Kind, record: Record[Kind]) -> None:
        """Store the pending events of an aggregate; when this returns, they are on disk."""
        recorded = record(aggregate)
        pending = self._events.pending(aggregate)
        if pending:  # a request that changes nothing may be carried out again
            await self._append(Append(pending, recorded))

    async def find(self, kind: type[Kind], id: str, noun: str) -> Kind:
        """Load an aggregate. Raises `NotFound` when there is none."""
        aggregate = await asyncio.to_thread(self._events.find, kind, id)
        if aggregate is None:
            raise NotFound(noun, id)
        return aggregate

    async def change(
        self, kind: type[Kind], id: str, noun: str, change: Callable[[Kind], None], record: Record[Kind]
    ) -> Kind:
        """Load an aggregate, change and store it. Raises `NotFound` when there is none, and what `change` raises."""
        for last in (False,) * (TRIES - 1) + (True,):
            aggregate = await self.find(kind, id, noun)
            change(aggregate)
            try:
                await self.store(aggregate, record)
                return aggregate
            except KeyRecorded:  # this request was carried out before
                raise
            except IntegrityError:  # another change was stored first
                if last:
                    raise
        raise AssertionError("the last try has returned or raised")
