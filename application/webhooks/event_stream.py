"""The stream of public events: those of one account and mode, in the order of the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import NamedTuple

from application.log.event_store import EventStore, LoggedEvent
from application.webhooks.endpoint_notices import EndpointNotices
from application.webhooks.public_event import PublicEvent, event_id_of
from application.webhooks.public_events import PublicEvents
from application.webhooks.type_updates import TypeUpdates
from domain.access.caller import Scope
from domain.ledger.ledger import Ledger
from domain.runs.report_run import ReportRun
from domain.webhooks.event_types import is_selected
from domain.webhooks.webhook_endpoint import WebhookEndpoint

BATCH_EVENTS = 1_000


class Arrived(NamedTuple):
    """The public events of one event of the log; none for most. position: its place in the log"""

    position: int
    events: Sequence[PublicEvent]


class EventStream:
    def __init__(
        self,
        events: EventStore,
        *,
        public: PublicEvents,
        updates: TypeUpdates,
        notices: EndpointNotices,
        catch_up: Callable[[], int],
    ) -> None:
        """catch_up  brings the views up to date with the log, and gives the position reached"""
        self._events = events
        self._public = public
        self._updates = updates
        self._notices = notices
        self._catch_up = catch_up

    async def last_position(self) -> int:
        """Where the log ends now."""
        return await asyncio.to_thread(self._catch_up)

    async def after(self, position: int, scope: Scope, enabled_events: Collection[str]) -> AsyncIterator[Arrived]:
        """Every event of the log after a position, up to its end now.

        enabled_events  event types, or `*`, as of a webhook endpoint
        """
        last = await self.last_position()
        while position < last:
            batch = await asyncio.to_thread(self._read, position, last)
            for logged in batch:
                found = await self._public_events(logged.event, logged.position, scope)
                yield Arrived(logged.position, [one for one in found if is_selected(one.type, enabled_events)])
            position = batch[-1].position if batch else last

    def _read(self, after: int, last: int) -> Sequence[LoggedEvent]:
        return list(self._events.read(after, BATCH_EVENTS, last))

    async def _public_events(self, event: object, position: int, scope: Scope) -> Sequence[PublicEvent]:
        if isinstance(event, ReportRun.Succeeded | ReportRun.Failed):
            found = await self._public.find(scope, event_id_of(event.originator_id))
            return [found] if found else []
        if isinstance(event, Ledger.Loaded | Ledger.CompletenessDeclared):
            return [one for one in await self._updates.of(scope) if one.place.position == position]
        if isinstance(event, WebhookEndpoint.Event):
            return [one for one in await self._notices.of(scope) if one.place.position == position]
        return []
