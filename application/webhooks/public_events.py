"""Queries about public events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from application.ports.clock import Clock
from application.ports.outbox import OutboxQueries
from application.runs.report_runs import Freshness
from application.views.paging import Bounds, ListQuery, Page, PageOf, Place, read_page
from application.views.reading.scoped_lookup import found_in
from application.views.runs import Outcomes, RunList
from application.views.webhook_endpoints import EndpointList, EndpointRow
from application.webhooks.endpoint_notices import EndpointNotices
from application.webhooks.public_event import (
    NOUN,
    STATUS_OF_TYPE,
    PublicEvent,
    event_of_run,
    run_id_of,
)
from application.webhooks.type_updates import TypeUpdates
from domain.access.caller import Scope
from domain.errors import EventExpired
from domain.webhooks.event_types import ENDPOINT_TYPES, EVENT_TYPES, KEPT_DAYS, KEPT_SECONDS, TYPE_UPDATED


class EventFilter(NamedTuple):
    """Which events are asked for.

    delivered  True: those that every endpoint has accepted; False: the others; None: both
    """

    types: Collection[str] = EVENT_TYPES
    delivered: bool | None = None


ANY_EVENT = EventFilter()


class PublicEvents:
    def __init__(
        self,
        *,
        runs: RunList,
        updates: TypeUpdates,
        outbox: OutboxQueries,
        endpoints: EndpointList,
        views: Freshness,
        clock: Clock,
    ) -> None:
        self._runs = runs
        self._updates = updates
        self._outbox = outbox
        self._endpoints = endpoints
        self._notices = EndpointNotices(endpoints)
        self._views = views
        self._clock = clock

    async def get(self, scope: Scope, id: str) -> PublicEvent:
        """Raises `EventExpired` for an event that is no longer kept, else `NotFound`."""
        await self._views.caught_up()
        event = await found_in(scope, id, NOUN, self.find)
        if event.created < self._kept_since():
            raise EventExpired(id, event.created, KEPT_DAYS)
        return event

    async def find(self, scope: Scope, id: str) -> PublicEvent | None:
        """An event, however old, as the views have it now."""
        run_id = run_id_of(id)
        run = await self._runs.get(scope, run_id) if run_id else None
        if run is not None and run.finished_position:
            return event_of_run(run)
        derived = (*await self._updates.of(scope), *await self._notices.of(scope))
        return next((event for event in derived if event.id == id), None)

    async def page(self, query: ListQuery, only: EventFilter = ANY_EVENT) -> PageOf[PublicEvent]:
        """A page of the events that are kept and that a filter lets pass.

        Raises `ReferenceNotFound` for a cursor that leads nowhere, then `ConflictingCursors` for two.
        """
        await self._views.caught_up()
        kept = Bounds(max(query.created.first, self._kept_since()), query.created.last)
        return await read_page(_Selected(self, only), query._replace(created=kept), NOUN)

    async def pending(self, events: Sequence[PublicEvent]) -> Mapping[str, int]:
        """Event -> how many endpoints have not accepted it yet and are still to be sent it; none where there are none.

        An event that the outbox has not come to is due to every endpoint that selects it.
        """
        fed = await self._outbox.fed_up_to()
        pending = dict(await self._outbox.pending([event.id for event in events if event.place.position <= fed]))
        listening: dict[Scope, Sequence[EndpointRow]] = {}
        for event in events:
            if event.place.position > fed:
                if event.scope not in listening:
                    listening[event.scope] = await self._endpoints.listening_to(event.scope)
                pending[event.id] = sum(is_due_to(event, endpoint) for endpoint in listening[event.scope])
        return pending

    async def selected(self, scope: Scope, page: Page, only: EventFilter) -> Sequence[PublicEvent]:
        """At most `page.limit` events, nearest the cursor first."""
        events = await self._outcomes(scope, page, only)
        if TYPE_UPDATED in only.types:
            events += await self._filtered(await self._updates.of(scope), scope, page, only)
        if not {*ENDPOINT_TYPES}.isdisjoint(only.types):
            events += await self._filtered(await self._notices.of(scope), scope, page, only)
        events.sort(key=lambda event: _order(event.place), reverse=page.before is None)
        return events[: page.limit]

    async def _outcomes(self, scope: Scope, page: Page, only: EventFilter) -> list[PublicEvent]:
        statuses = tuple(status for event_type, status in STATUS_OF_TYPE.items() if event_type in only.types)
        if not statuses:
            return []
        return [event_of_run(run) for run in await self._runs.finished(scope, page, Outcomes(statuses, only.delivered))]

    async def _filtered(
        self, events: Sequence[PublicEvent], scope: Scope, page: Page, only: EventFilter
    ) -> list[PublicEvent]:
        """Those of an account's events that are not stored by themselves."""
        found = [event for event in events if event.type in only.types and _is_on(page, event.place)]
        if only.delivered is None:
            return found
        undelivered = {
            id for kind in {event.type for event in found} for id in await self._outbox.undelivered(scope, kind)
        }
        return [event for event in found if (event.id in undelivered) is not only.delivered]

    def _kept_since(self) -> int:
        return int(self._clock.now().timestamp()) - KEPT_SECONDS


def is_due_to(event: PublicEvent, endpoint: EndpointRow) -> bool:
    """Whether an enabled endpoint that listens to the event's account is to be sent it."""
    is_later = endpoint.position < event.place.position
    return is_later and endpoint.selects(event.type) and not event.is_about(endpoint.id)


class _Selected:
    """The events that a filter lets pass, as a list in pages. A cursor may be any event."""

    def __init__(self, events: PublicEvents, only: EventFilter) -> None:
        self._events = events
        self._only = only

    async def get(self, scope: Scope, id: str) -> PublicEvent | None:
        return await self._events.find(scope, id)

    async def page(self, scope: Scope, page: Page) -> Sequence[PublicEvent]:
        return await self._events.selected(scope, page, self._only)


def _order(place: Place) -> tuple[int, int, int]:
    return place.created, place.position, place.index


def _is_on(page: Page, place: Place) -> bool:
    if not page.created.first <= place.created <= page.created.last:
        return False
    if page.before:
        return _order(place) > _order(page.before)
    return page.after is None or _order(place) < _order(page.after)
