"""Queries about attempts at deliveries, for the owners of endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from application.ports.outbox import Attempt, OutboxQueries
from application.views.paging import ListQuery
from application.views.reading.sequence_page import cut_page
from application.views.webhook_endpoints import EndpointList
from application.webhooks.public_events import PublicEvents
from domain.access.caller import Caller

NOUN = "delivery attempt"


class AttemptPage(NamedTuple):
    """Attempts, oldest first."""

    attempts: Sequence[Attempt]
    has_more: bool


def attempt_id(attempt: Attempt) -> str:
    """Unique also where a delivery was sent again, with attempts counted anew."""
    return f"{attempt.endpoint_id}:{attempt.started_at * 1000:.0f}"


class DeliveryRecords:
    def __init__(self, events: PublicEvents, outbox: OutboxQueries, endpoints: EndpointList) -> None:
        self._events = events
        self._outbox = outbox
        self._endpoints = endpoints

    async def page(self, event_id: str, query: ListQuery, caller: Caller) -> AttemptPage:
        """A page of the attempts to deliver an event to endpoints of the caller, oldest first.

        Raises `NotFound` for an event that is not the caller's, then what `cut_page` raises.
        """
        await self._events.get(query.scope, event_id)
        attempts = await self._outbox.attempts(event_id)
        visible = {id for id in {one.endpoint_id for one in attempts} if await self._is_of(caller, id)}
        seen = [one for one in attempts if one.endpoint_id in visible]
        place, has_more = cut_page([attempt_id(one) for one in seen], query, NOUN)
        return AttemptPage(seen[place], has_more)

    async def _is_of(self, caller: Caller, endpoint_id: str) -> bool:
        """A platform that acts for a connected account sees its own endpoint too; that account does not."""
        endpoint = await self._endpoints.by_id(endpoint_id)
        if endpoint is None:
            return False
        return endpoint.account == caller.scope.account or (caller.acts_for_connected and bool(endpoint.connect))
