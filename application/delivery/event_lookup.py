"""Finds public events of any account, for commands of the operator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from application.ports.clock import Clock
from application.views.accounts import AccountList
from application.views.paging import Bounds, Page
from application.webhooks.public_event import NOUN, PublicEvent
from application.webhooks.public_events import EventFilter, PublicEvents
from domain.access.caller import Scope
from domain.errors import EventExpired, NotFound
from domain.webhooks.event_types import KEPT_DAYS, KEPT_SECONDS

BATCH_EVENTS = 1_000


class EventLookup:
    def __init__(self, events: PublicEvents, accounts: AccountList, clock: Clock) -> None:
        self._events = events
        self._accounts = accounts
        self._clock = clock

    async def find(self, id: str) -> PublicEvent:
        """Raises `EventExpired` for an event that is no longer kept, else `NotFound`."""
        for account in await self._accounts.all():
            for livemode in (True, False):
                event = await self._events.find(Scope(account.id, livemode), id)
                if event is not None:
                    if event.created < self._now() - KEPT_SECONDS:
                        raise EventExpired(id, event.created, KEPT_DAYS)
                    return event
        raise NotFound(NOUN, id)

    async def since(self, scopes: Sequence[Scope], types: Sequence[str], since: int) -> Sequence[PublicEvent]:
        """The events of some types since an instant, as far back as they are kept, in the order of the log."""
        kept = Bounds(max(since, self._now() - KEPT_SECONDS))
        found = [event for scope in scopes async for event in self._of_scope(scope, EventFilter(types), kept)]
        return sorted(found, key=lambda event: (event.place.position, event.place.index))

    async def _of_scope(self, scope: Scope, only: EventFilter, created: Bounds) -> AsyncIterator[PublicEvent]:
        page = Page(BATCH_EVENTS, created=created)
        while events := await self._events.selected(scope, page, only):
            for event in events:
                yield event
            page = Page(BATCH_EVENTS, after=events[-1].place, created=created)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
