"""The survey of report types: every one that is known, and whether it can run now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from application.ledger.missing_tables import missing_tables
from application.ledger.versions import newest_version
from application.log.event_store import EventStore
from application.ports.ledger import LedgerLookup
from application.runs.report_types import ReportTypes
from domain.access.caller import Scope
from domain.errors import ReportTypeCannotRun
from domain.ledger.availability import DataWindow
from domain.report_types import Catalogue, ReportType
from domain.report_types.needed_tables import NEEDED, needed_tables


class TypeState(NamedTuple):
    """A report type as a caller finds it.

    window          for which time it has data; None when it cannot run
    reason          the sentence that says why it cannot run; None when it can
    missing_tables  tables without rows of which the report is empty
    """

    report_type: ReportType
    window: DataWindow | None
    reason: str | None
    missing_tables: Sequence[str] = ()


class TypeSurvey:
    def __init__(self, catalogue: Catalogue, types: ReportTypes, events: EventStore, lookup: LedgerLookup) -> None:
        self._catalogue = catalogue
        self._types = types
        self._events = events
        self._lookup = lookup

    def states(self, scope: Scope, family: str | None = None) -> Sequence[TypeState]:
        """The state of every report type of a family, or of all, in the catalogue's order."""
        return asyncio.run(self._states(scope, family))

    async def _states(self, scope: Scope, family: str | None) -> Sequence[TypeState]:
        chosen = [one for one in self._catalogue if family in (None, one.family)]
        missing = self._missing_tables(scope) if any(map(needed_tables, chosen)) else ()
        return [await self._state(scope, one, missing) for one in chosen]

    async def _state(self, scope: Scope, report_type: ReportType, missing: Sequence[str]) -> TypeState:
        try:
            offer = await self._types.to_run(scope, report_type.id)
        except ReportTypeCannotRun as why:
            return TypeState(report_type, None, str(why))
        lacks = tuple(table for table in needed_tables(report_type) if table in missing)
        return TypeState(report_type, offer.window, None, lacks)

    def _missing_tables(self, scope: Scope) -> Sequence[str]:
        return missing_tables(NEEDED, newest_version(self._events, scope.livemode), self._lookup)
