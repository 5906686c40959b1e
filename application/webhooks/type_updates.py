"""The events of report types: what each load, and each declaration that data is complete, has changed for an account,
worked out from the history of windows.

A load may concern every account, and changes dozens of report types for each. So these events are not stored: they
follow from the history, the same each time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from application.ledger.availability import AvailabilityQuery
from application.ports.clock import Clock
from application.runs.report_types import Offer, ReportTypes
from application.views.data_windows import WindowHistory, WindowRow
from application.views.paging import Place
from application.webhooks.public_event import PublicEvent
from application.webhooks.window_states import ByTable, WindowStates
from domain.access.caller import Scope
from domain.ids import derived_id
from domain.ledger.ledger import Ledger
from domain.report_types import ReportType
from domain.webhooks.event_types import KEPT_SECONDS, TYPE_UPDATED

MOST_EVENTS = 100_000
"""Events that are cached; the cache is cleared beyond it. One scope's events are cached however many they are."""

SCOPE_EVENTS = 100
"""How many events more each scope counts for, so that scopes without events are limited too."""

Loads = dict[int, list[WindowRow]]
"""Position of a load -> its rows."""


class TypeUpdates:
    def __init__(
        self, types: ReportTypes, history: WindowHistory, availability: AvailabilityQuery, clock: Clock
    ) -> None:
        self._types = types
        self._history = history
        self._availability = availability
        self._clock = clock
        self._known: dict[Scope, tuple[int, Sequence[PublicEvent]]] = {}

    async def of(self, scope: Scope) -> Sequence[PublicEvent]:
        """The events of an account's report types, oldest first, of the time that events are kept, or longer."""
        last = await self._history.last_position(scope.livemode)
        known = self._known.get(scope)
        if known is None or known[0] != last:
            known = last, await self._read(scope)
            self._keep(scope, known)
        return known[1]

    def _keep(self, scope: Scope, known: tuple[int, Sequence[PublicEvent]]) -> None:
        self._known[scope] = known
        if sum(SCOPE_EVENTS + len(events) for _, events in self._known.values()) > MOST_EVENTS:
            self._known = {scope: known}

    async def _read(self, scope: Scope) -> Sequence[PublicEvent]:
        since = int(self._clock.now().timestamp()) - KEPT_SECONDS
        own = _by_load(await self._history.of_account(scope, since))
        connected: Loads = {}
        types = self._types.runnable(livemode=scope.livemode)
        if await self._availability.has_connected_accounts(scope.account):
            connected = _by_load(await self._history.of_connected_accounts(scope, since))
        else:
            types = [one for one in types if not one.about_connected_accounts]
        return await asyncio.to_thread(lambda: list(_events(scope, own, connected, types, since)))


def _by_load(rows: Sequence[WindowRow]) -> Loads:
    loads: Loads = {}
    for row in rows:
        loads.setdefault(row.position, []).append(row)
    return loads


def _events(
    scope: Scope, own: Loads, connected: Loads, types: Sequence[ReportType], since: int
) -> Iterator[PublicEvent]:
    """The events of every load since an instant, in the order of the log."""
    states = WindowStates(scope.account)
    for position in sorted(own.keys() | connected.keys()):
        rows = own.get(position, []), connected.get(position, [])
        changed = states.apply(*rows)
        made = (rows[0] or rows[1])[0]
        if made.created >= since:
            yield from _events_of_load(scope, made, changed, types)


def _events_of_load(
    scope: Scope, made: WindowRow, changed: tuple[ByTable, ByTable], types: Sequence[ReportType]
) -> Iterator[PublicEvent]:
    """made: any row of the load; changed: as `WindowStates.apply` gives it"""
    at = datetime.fromtimestamp(made.created, UTC)
    for index, report_type in enumerate(types):
        window = changed[report_type.about_connected_accounts].get(report_type.table)
        if window is not None:
            parts = (Ledger.id_of(scope.livemode), str(made.ledger_version), scope.account, report_type.id)
            offer = Offer(report_type, scope.livemode, window, made.created)
            place = Place(made.created, made.position, index)
            yield PublicEvent(derived_id("evt", at, *parts), TYPE_UPDATED, scope, place, offer)
