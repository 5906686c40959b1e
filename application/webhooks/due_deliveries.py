"""What one delivery takes: the event, the endpoint, and the secrets that sign it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from application.ports.clock import Clock
from application.ports.outbox import ClaimedDelivery
from application.ports.webhook_secrets import WebhookSecrets
from application.views.webhook_endpoints import ENABLED, EndpointList, EndpointRow
from application.webhooks.public_event import PublicEvent
from application.webhooks.public_events import PublicEvents


class DueDelivery(NamedTuple):
    """A delivery that can be attempted.

    pending  how many endpoints the event is due to, this one included
    secrets  those that sign it, the newest first; earlier ones only until they expire
    """

    claimed: ClaimedDelivery
    event: PublicEvent
    endpoint: EndpointRow
    pending: int
    secrets: Sequence[str]

    @property
    def connected_account(self) -> str | None:
        """The account that the event names, for an endpoint that is sent events of connected accounts."""
        return self.event.scope.account if self.endpoint.connect else None


class DueDeliveries:
    def __init__(
        self,
        *,
        events: PublicEvents,
        endpoints: EndpointList,
        secrets: WebhookSecrets,
        catch_up: Callable[[], int],
        clock: Clock,
    ) -> None:
        """catch_up  brings the views up to date with the log, and gives the position reached"""
        self._events = events
        self._endpoints = endpoints
        self._secrets = secrets
        self._catch_up = catch_up
        self._clock = clock

    async def prepare_all(self, claimed: Sequence[ClaimedDelivery]) -> Sequence[DueDelivery | None]:
        """Everything that an attempt at each takes; None for a delivery that is to be given up.

        It is when the endpoint is disabled or deleted by now, and when the endpoint or the event is not in the log.
        """
        endpoints, events = await self._read(claimed)
        if any(one.delivery.endpoint_id not in endpoints or one.delivery.event_id not in events for one in claimed):
            await asyncio.to_thread(self._catch_up)  # views that are made anew come to it later
            endpoints, events = await self._read(claimed)
        pending = await self._events.pending(list(events.values()))
        signing = await asyncio.to_thread(self._signing, list(endpoints.values()))

        def prepared(one: ClaimedDelivery) -> DueDelivery | None:
            endpoint, event = endpoints.get(one.delivery.endpoint_id), events.get(one.delivery.event_id)
            if endpoint is None or event is None or not _is_sendable(endpoint):
                return None
            return DueDelivery(one, event, endpoint, pending.get(event.id, 1), signing[endpoint.id])

        return [prepared(one) for one in claimed]

    async def _read(self, claimed: Sequence[ClaimedDelivery]) -> tuple[dict[str, EndpointRow], dict[str, PublicEvent]]:
        """The endpoints and the events of deliveries, those that the views have, by their ids."""
        rows = {id: await self._endpoints.by_id(id) for id in {one.delivery.endpoint_id for one in claimed}}
        found = {id: await self._events.find(scope, id) for scope, id in {one.delivery.event for one in claimed}}
        return (
            {id: row for id, row in rows.items() if row is not None},
            {id: event for id, event in found.items() if event is not None},
        )

    def _signing(self, endpoints: Sequence[EndpointRow]) -> dict[str, Sequence[str]]:
        now = self._clock.now().timestamp()
        return {one.id: self._secrets.of(one.id, one.signing_generations(now)) for one in endpoints}


def _is_sendable(endpoint: EndpointRow) -> bool:
    return endpoint.deleted_at is None and endpoint.status == ENABLED
