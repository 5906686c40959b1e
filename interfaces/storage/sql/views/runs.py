"""The table of the list of runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from application.views.paging import Page
from application.views.runs import RunRow
from domain.access.caller import Scope
from interfaces.storage.sql.views.table import SqlTable, within


class SqlRunList(SqlTable):
    view = "runs"
    changes = ("runs start_attempt", "runs succeed", "runs fail")  # what has ended does not start again

    async def get(self, scope: Scope, id: str) -> RunRow | None:
        found = await self._reader.tuples(self._sql["runs get"], within(scope, id=id))
        return RunRow._make(found[0]) if found else None

    async def page(self, scope: Scope, page: Page) -> Sequence[RunRow]:
        return [RunRow._make(row) for row in await self._page(scope, page)]

    def add(self, row: RunRow) -> None:
        self._new[row.id] = [*row]
        self._new[row.id][_PLACES["livemode"]] = int(row.livemode)

    def start_attempt(self, id: str, attempt: int) -> None:
        self._change("runs start_attempt", id, attempts=attempt)

    def succeed(self, id: str, *, at: int, file_id: str, file_size: int) -> None:
        self._change("runs succeed", id, status="succeeded", succeeded_at=at, file_id=file_id, file_size=file_size)

    def fail(self, id: str, error: str) -> None:
        self._change("runs fail", id, status="failed", error=error)

    def flush(self) -> None:
        self._insert_new(RunRow._fields, self._new.values())
        self._write_changes()
        self.discard()

    def discard(self) -> None:
        super().discard()
        self._new: dict[str, list[Any]] = {}

    def _change(self, statement: str, id: str, **values: Any) -> None:
        """Change a run: one that waits to be written there, so that it is written once."""
        new = self._new.get(id)
        if new is None:
            self._changes[statement].append({"id": id, **values})
            return
        for name, value in values.items():
            new[_PLACES[name]] = value


_PLACES = {name: place for place, name in enumerate(RunRow._fields)}
