"""Commands that make events due again: one event, or all that an endpoint has missed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from application.delivery.event_lookup import EventLookup
from application.ports.outbox import Delivery, Outbox, OutboxQueries
from application.runs.report_runs import Freshness
from application.views.accounts import AccountList
from application.views.webhook_endpoints import ENABLED, EndpointList, EndpointRow
from application.webhooks.public_event import PublicEvent
from domain.access.caller import Scope
from domain.errors import EndpointNotListening, NotFound
from domain.webhooks.event_types import EVENT_TYPES
from domain.webhooks.webhook_endpoint import NOUN


class Resending:
    def __init__(
        self,
        *,
        lookup: EventLookup,
        outbox: Outbox,
        queries: OutboxQueries,
        endpoints: EndpointList,
        accounts: AccountList,
        views: Freshness,
    ) -> None:
        self._lookup = lookup
        self._outbox = outbox
        self._queries = queries
        self._endpoints = endpoints
        self._accounts = accounts
        self._views = views

    async def resend(self, event_id: str, endpoint_id: str | None = None) -> Sequence[str]:
        """Make an event due at once, and give the ids of the endpoints.

        endpoint_id  None: every endpoint that selects the event, also those that were made after it

        Raises `NotFound`, or `EndpointNotListening` for an endpoint that is not sent events of that account.
        """
        await self._views.caught_up()
        event = await self._lookup.find(event_id)
        if endpoint_id is not None:
            await self.send_again(event, endpoint_id)
            return [endpoint_id]
        listening = await self._endpoints.listening_to(event.scope)
        chosen = [endpoint.id for endpoint in listening if endpoint.selects(event.type)]
        await self._make_due([_delivery(event, id) for id in chosen])
        return chosen

    async def send_again(self, event: PublicEvent, endpoint_id: str) -> None:
        """Make an event due at once at one endpoint. Raises what `resend` does."""
        await self._existing(endpoint_id)
        if endpoint_id not in {endpoint.id for endpoint in await self._endpoints.listening_to(event.scope)}:
            raise EndpointNotListening(endpoint_id, event.scope.account, event.scope.mode)
        await self._make_due([_delivery(event, endpoint_id)])

    async def recover(self, endpoint_id: str, since: int) -> int:
        """Make due what an endpoint selects of the events since an instant and was not sent, oldest first.

        Gives how many there are. Events that it has accepted, and those that are due to it, stay as they are. Raises
        `NotFound`, or `EndpointNotListening` for an endpoint that is disabled.
        """
        await self._views.caught_up()
        endpoint = await self._existing(endpoint_id)
        if endpoint.status != ENABLED:
            raise EndpointNotListening(endpoint_id, endpoint.account, endpoint.scope.mode)
        types = [event_type for event_type in EVENT_TYPES if endpoint.selects(event_type)]
        events = await self._lookup.since(await self._scopes(endpoint), types, since)
        settled = await self._queries.settled(endpoint_id)
        missed = [
            _delivery(event, endpoint_id)
            for event in events
            if event.id not in settled and not event.is_about(endpoint_id)
        ]
        await self._make_due(missed)
        return len(missed)

    async def _make_due(self, deliveries: Sequence[Delivery]) -> None:
        await asyncio.to_thread(self._outbox.make_due, deliveries)

    async def _scopes(self, endpoint: EndpointRow) -> Sequence[Scope]:
        if not endpoint.connect:
            return [endpoint.scope]
        accounts = await self._accounts.connected_to(endpoint.account)
        return [Scope(account, bool(endpoint.livemode)) for account in accounts]

    async def _existing(self, endpoint_id: str) -> EndpointRow:
        endpoint = await self._endpoints.by_id(endpoint_id)
        if endpoint is None or endpoint.deleted_at is not None:
            raise NotFound(NOUN, endpoint_id)
        return endpoint


def _delivery(event: PublicEvent, endpoint_id: str) -> Delivery:
    scope = event.scope
    return Delivery(
        event.id, endpoint_id, event.type, scope.account, scope.livemode, event.place.position, event.created
    )
