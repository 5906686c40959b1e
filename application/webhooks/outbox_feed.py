"""Feeds the outbox: each new event that is public becomes a delivery for every endpoint that is to have it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from application.log.event_store import EventStore, LoggedEvent
from application.ports.clock import Clock
from application.ports.outbox import Delivery, Outbox
from application.projecting.projection import seconds
from application.views.accounts import AccountList
from application.views.webhook_endpoints import ENABLED, EndpointList, EndpointRow
from application.webhooks.endpoint_notices import notice_id
from application.webhooks.public_event import event_id_of
from application.webhooks.type_updates import TypeUpdates
from domain.access.caller import Scope
from domain.instants import DAY_SECONDS
from domain.ledger.ledger import Ledger
from domain.runs.report_run import ReportRun
from domain.webhooks.event_types import RUN_FAILED, RUN_SUCCEEDED, TYPE_UPDATED
from domain.webhooks.webhook_endpoint import WebhookEndpoint

log = logging.getLogger("reportrun.webhooks")

BATCH_EVENTS = 1_000

NEW_OUTBOX_SECONDS = 3 * DAY_SECONDS
"""How far an outbox that is new looks back. Where the log is older than its outbox, as after a restore, what is older
was delivered by the one before, or was given up."""


class OutboxFeed:
    """Several may run at once: a delivery that exists stays as it is."""

    def __init__(
        self,
        *,
        events: EventStore,
        outbox: Outbox,
        endpoints: EndpointList,
        accounts: AccountList,
        updates: TypeUpdates,
        catch_up: Callable[[], int],
        clock: Clock,
    ) -> None:
        """catch_up  brings the views up to date with the log, and gives the position reached"""
        self._events = events
        self._outbox = outbox
        self._endpoints = endpoints
        self._accounts = accounts
        self._updates = updates
        self._catch_up = catch_up
        self._clock = clock

    async def catch_up(self) -> int:
        """Feed every event of the log, and give the position reached."""
        position = self._outbox.position()  # before the log's end: another may feed what is stored after it
        last = await asyncio.to_thread(self._catch_up)
        is_new = position == 0
        oldest = int(self._clock.now().timestamp()) - NEW_OUTBOX_SECONDS if is_new else 0
        if position > last:  # the log was replaced by a shorter one
            self._outbox.rewind(last)
        if position < last and not await self._endpoints.all():
            self._outbox.feed([], last)
            return last
        found: list[Delivery] = []
        while position < last:
            batch = list(await asyncio.to_thread(self._read, position, last))
            deliveries = [delivery for event in batch for delivery in await self._deliveries(event)]
            position = batch[-1].position if batch else last
            found += [one for one in deliveries if one.created >= oldest]
            if not is_new or position >= last:  # a new outbox that holds a part would no longer count as new
                self._outbox.feed(found, position)
                found = []
        return last

    def _read(self, after: int, last: int) -> Sequence[LoggedEvent]:
        return list(self._events.read(after, BATCH_EVENTS, last))

    async def _deliveries(self, logged: LoggedEvent) -> Sequence[Delivery]:
        position, event = logged
        if isinstance(event, ReportRun.Succeeded):
            return await self._of_outcome(logged, Scope(event.account, event.livemode), RUN_SUCCEEDED)
        if isinstance(event, ReportRun.Failed):
            scope = await asyncio.to_thread(self._scope_of, event.originator_id)
            return await self._of_outcome(logged, scope, RUN_FAILED) if scope else []
        if isinstance(event, Ledger.Loaded | Ledger.CompletenessDeclared):
            return await self._of_load(position, livemode=event.originator_id == Ledger.id_of(livemode=True))
        if isinstance(event, WebhookEndpoint.Event):
            return await self._of_endpoint(logged)
        return []

    async def _of_endpoint(self, logged: LoggedEvent) -> Sequence[Delivery]:
        """What the account's other endpoints are told of one that fails."""
        position, event = logged
        row = await self._endpoints.by_id(event.originator_id)
        notice = next((one for one in row.noted if one.position == position), None) if row else None
        if row is None or notice is None:
            return []
        id = notice_id(row.id, notice.version, notice.created)
        return [
            Delivery(id, other.id, notice.type, row.account, bool(row.livemode), position, notice.created)
            for other in await self._endpoints.listening_to(row.scope)
            if other.id != row.id and other.position < position and other.selects(notice.type)
        ]

    def _scope_of(self, run_id: str) -> Scope | None:
        first = next(iter(self._events.events_of(run_id)), None)
        if isinstance(first, ReportRun.Created):
            return Scope(first.account, first.livemode)
        log.error("%s has failed, and its first event is damaged: no endpoint can be told", run_id)
        return None

    async def _of_outcome(self, logged: LoggedEvent, scope: Scope, event_type: str) -> Sequence[Delivery]:
        position, event = logged
        id = event_id_of(event.originator_id)
        return [
            Delivery(id, endpoint.id, event_type, scope.account, scope.livemode, position, seconds(event))
            for endpoint in await self._endpoints.listening_to(scope)
            if endpoint.position < position and endpoint.selects(event_type)
        ]

    async def _of_load(self, position: int, *, livemode: bool) -> Sequence[Delivery]:
        """Only for the endpoints that ask for it: most ask for no events of report types."""
        deliveries: list[Delivery] = []
        for endpoint in await self._endpoints.all():
            is_due = endpoint.status == ENABLED and endpoint.livemode == livemode and endpoint.position < position
            if is_due and endpoint.selects(TYPE_UPDATED):
                for account in await self._listened_to(endpoint):
                    deliveries += await self._updates_for(endpoint, Scope(account, livemode), position)
        return deliveries

    async def _listened_to(self, endpoint: EndpointRow) -> Sequence[str]:
        return await self._accounts.connected_to(endpoint.account) if endpoint.connect else [endpoint.account]

    async def _updates_for(self, endpoint: EndpointRow, scope: Scope, position: int) -> Sequence[Delivery]:
        return [
            Delivery(event.id, endpoint.id, event.type, scope.account, scope.livemode, position, event.created)
            for event in await self._updates.of(scope)
            if event.place.position == position
        ]
