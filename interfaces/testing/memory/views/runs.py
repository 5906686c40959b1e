"""The list of runs in memory."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from application.views.paging import Page
from application.views.runs import ANY_RUN, Backlog, ListedRun, Outcomes, RunRow, RunSelection
from domain.access.caller import Scope
from domain.runs.report_run import Status
from interfaces.testing.memory.views.table import PlacedMemoryTable, page_of


class MemoryRunList(PlacedMemoryTable[RunRow]):
    def start_attempt(self, id: str, attempt: int) -> None:
        self._change(id, attempts=attempt)

    async def page(self, scope: Scope, page: Page) -> Sequence[ListedRun]:
        return await self.selected(scope, page, ANY_RUN)

    async def finished(self, scope: Scope, page: Page, outcomes: Outcomes) -> Sequence[RunRow]:
        """Deliveries are not known to views in memory: every event counts as delivered."""
        rows = [row for row in self.shown.values() if row.finished_position and row.status in outcomes.statuses]
        return [] if outcomes.delivered is False else page_of(rows, scope, page, attrgetter("outcome_place"))

    async def selected(self, scope: Scope, page: Page, selection: RunSelection) -> Sequence[ListedRun]:
        rows = [
            row
            for row in self.shown.values()
            if selection.status in (None, row.status)
            and selection.report_type in (None, row.report_type)
            and selection.asked_by in (None, row.asked_by)
        ]
        return [_listed(row) for row in page_of(rows, scope, page)]

    async def backlog(self, most: int) -> Backlog:
        pending = sorted(row for row in self.shown.values() if row.status == Status.PENDING.value)
        return Backlog(min(most, len(pending)), pending[0].created if pending else None)

    def succeed(self, id: str, *, at: int, position: int, file_id: str, file_size: int) -> None:
        self._change(
            id,
            status=Status.SUCCEEDED.value,
            succeeded_at=at,
            file_id=file_id,
            file_size=file_size,
            error=None,
            finished_at=at,
            finished_position=position,
        )

    def fail(self, id: str, error: str, *, at: int, position: int) -> None:
        self._change(id, status=Status.FAILED.value, error=error, finished_at=at, finished_position=position)

    def mark_linked(self, id: str) -> None:
        self._change(id, has_links=1)

    def erase_parameters(self, id: str, parameters: str) -> None:
        self._change(id, parameters=parameters)

    def erase_error(self, id: str, error: str) -> None:
        self._change(id, error=error)

    def erase_asker(self, id: str, asked_by: str) -> None:
        self._change(id, asked_by=asked_by)

    def set_aside(self, id: str, error: str) -> None:
        if id in self.draft and self.draft[id].status == Status.PENDING.value:
            self._change(id, status=Status.FAILED.value, error=error)

    def _change(self, id: str, **values: Any) -> None:
        if id in self.draft:
            self.draft[id] = self.draft[id]._replace(**values)


def _listed(row: RunRow) -> ListedRun:
    return ListedRun._make(getattr(row, field) for field in ListedRun._fields)
