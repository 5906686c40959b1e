"""The table of the list of runs."""

from __future__ import annotations

from collections.abc import Iterator

from application.queue.queue_feed import PendingRun
from application.views.runs import RunRow
from domain.runs.report_run import Status
from interfaces.storage.sql.views.paged_table import PagedTable

BATCH_RUNS = 10_000
"""Pending runs that are read at once: bounds memory."""


class SqlRunList(PagedTable[RunRow]):
    row = RunRow
    changes = ("start_attempt", "set_aside", "succeed", "fail")  # no attempt starts after a run has finished

    def pending(self) -> Iterator[PendingRun]:
        """The pending runs, oldest first, in batches."""
        last = 0
        while rows := self._writer.every(self._sql["pending after"], {"position": last, "limit": BATCH_RUNS}):
            for row in rows:
                yield PendingRun(row["id"], row["account"], row["position"])
            last = rows[-1]["position"]

    def start_attempt(self, id: str, attempt: int) -> None:
        self.change("start_attempt", id, attempts=attempt)

    def succeed(self, id: str, *, at: int, file_id: str, file_size: int) -> None:
        self.change(
            "succeed",
            id,
            status=Status.SUCCEEDED.value,
            succeeded_at=at,
            file_id=file_id,
            file_size=file_size,
            error=None,
        )

    def fail(self, id: str, error: str) -> None:
        self.change("fail", id, status=Status.FAILED.value, error=error)

    def set_aside(self, id: str, error: str) -> None:
        new = self._new.get(id)
        if new is None:
            self.change("set_aside", id, error=error)
        elif new[self._column["status"]] == Status.PENDING.value:
            self.fail(id, error)
