"""The table of the list of runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from application.queue.queue_feed import PendingRun
from application.views.paging import Page
from application.views.runs import Backlog, ListedRun, Outcomes, RunRow, RunSelection
from domain.access.caller import Scope
from domain.runs.report_run import Status
from interfaces.storage.sql.views.paged_table import PlacedTable

BATCH_RUNS = 10_000
"""Pending runs that are read at once: bounds memory."""

_BY_OUTCOME = ("finished_at", "finished_position")


class SqlRunList(PlacedTable[RunRow]):
    row = RunRow
    changes = (
        "start_attempt",  # none starts after a run has finished
        "set_aside",
        "succeed",
        "fail",
        "mark_linked",
        "erase_parameters",
        "erase_error",
        "erase_asker",
    )

    async def page(self, scope: Scope, page: Page) -> Sequence[ListedRun]:
        return await self.page_of(ListedRun, scope, page, self.order)

    async def finished(self, scope: Scope, page: Page, outcomes: Outcomes) -> Sequence[RunRow]:
        filters = ["finished"]
        if len(outcomes.statuses) == 1:
            filters.append("one status")
        if outcomes.delivered is not None:
            filters.append("delivered" if outcomes.delivered else "undelivered")
        status = {"status": outcomes.statuses[0]} if "one status" in filters else {}
        return await self.page_of(self.row, scope, page, _BY_OUTCOME, tuple(filters), **status)

    async def selected(self, scope: Scope, page: Page, selection: RunSelection) -> Sequence[ListedRun]:
        filters = [selection.status.value] if selection.status else []
        values = {}
        for filter_name, column in (("one type", "report_type"), ("one asker", "asked_by")):
            wanted = getattr(selection, column)
            if wanted is not None:
                filters.append(filter_name)
                values[column] = wanted
        return await self.page_of(ListedRun, scope, page, self.order, tuple(filters), **values)

    async def backlog(self, most: int) -> Backlog:
        row = await self._reader.one(self._sql["backlog"], {"most": most})
        return Backlog(row["pending"], row["oldest"]) if row else Backlog(0, None)

    def pending(self) -> Iterator[PendingRun]:
        """The pending runs, oldest first, in batches."""
        last = 0
        while rows := self._writer.every(self._sql["pending after"], {"position": last, "limit": BATCH_RUNS}):
            for row in rows:
                yield PendingRun(row["id"], row["account"], row["position"])
            last = rows[-1]["position"]

    def start_attempt(self, id: str, attempt: int) -> None:
        self.change("start_attempt", id, attempts=attempt)

    def succeed(self, id: str, *, at: int, position: int, file_id: str, file_size: int) -> None:
        self.change(
            "succeed",
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
        self.change("fail", id, status=Status.FAILED.value, error=error, finished_at=at, finished_position=position)

    def mark_linked(self, id: str) -> None:
        self.change("mark_linked", id, has_links=1)

    def erase_parameters(self, id: str, parameters: str) -> None:
        self.change("erase_parameters", id, parameters=parameters)

    def erase_error(self, id: str, error: str) -> None:
        self.change("erase_error", id, error=error)

    def erase_asker(self, id: str, asked_by: str) -> None:
        self.change("erase_asker", id, asked_by=asked_by)

    def set_aside(self, id: str, error: str) -> None:
        new = self._new.get(id)
        if new is None:
            self.change("set_aside", id, error=error)
        elif new[self._column["status"]] == Status.PENDING.value:
            self._change_new(new, status=Status.FAILED.value, error=error)
