"""What one delivery takes: the event, the endpoint, and the secrets that sign it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from application.ports.clock import Clock
from application.ports.outbox import ClaimedDelivery
from application.ports.webhook_secrets import WebhookSecrets
from application.views.webhook_endpoints import ENABLED, EndpointList, EndpointRow
from application.webhooks.public_event import PublicEvent
from application.webhooks.public_events import PublicEvents
from domain.access.caller import Scope


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
    def __init__(self, events: PublicEvents, endpoints: EndpointList, secrets: WebhookSecrets, clock: Clock) -> None:
        self._events = events
        self._endpoints = endpoints
        self._secrets = secrets
        self._clock = clock

    async def prepare(self, claimed: ClaimedDelivery) -> DueDelivery | None:
        """Everything that an attempt takes; None when the delivery is to be given up.

        It is when the endpoint is disabled or deleted by now, and when the event is no longer known.
        """
        delivery = claimed.delivery
        endpoint = await self._endpoints.by_id(delivery.endpoint_id)
        if endpoint is None or endpoint.deleted_at is not None or endpoint.status != ENABLED:
            return None
        event = await self._events.find(Scope(delivery.account, delivery.livemode), delivery.event_id)
        if event is None:
            return None
        pending = await self._events.pending([event])
        return DueDelivery(claimed, event, endpoint, pending.get(event.id, 1), await self._signing(endpoint))

    async def _signing(self, endpoint: EndpointRow) -> Sequence[str]:
        generations = endpoint.signing_generations(self._clock.now().timestamp())
        return await asyncio.to_thread(self._secrets.of, endpoint.id, generations)
