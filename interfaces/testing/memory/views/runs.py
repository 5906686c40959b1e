"""The list of runs in memory."""

from __future__ import annotations

from typing import Any

from application.views.runs import RunRow
from domain.runs.report_run import Status
from interfaces.testing.memory.views.table import PagedMemoryTable


class MemoryRunList(PagedMemoryTable[RunRow]):
    def start_attempt(self, id: str, attempt: int) -> None:
        self._change(id, attempts=attempt)

    def succeed(self, id: str, *, at: int, file_id: str, file_size: int) -> None:
        self._change(
            id, status=Status.SUCCEEDED.value, succeeded_at=at, file_id=file_id, file_size=file_size, error=None
        )

    def fail(self, id: str, error: str) -> None:
        self._change(id, status=Status.FAILED.value, error=error)

    def set_aside(self, id: str, error: str) -> None:
        if id in self.draft and self.draft[id].status == Status.PENDING.value:
            self.fail(id, error)

    def _change(self, id: str, **values: Any) -> None:
        if id in self.draft:
            self.draft[id] = self.draft[id]._replace(**values)
