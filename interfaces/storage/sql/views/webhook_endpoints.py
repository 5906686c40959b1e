"""The table of the list of webhook endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from application.views.webhook_endpoints import EndpointRow, notices_with
from domain.access.caller import Scope
from interfaces.storage.sql.views.paged_table import PagedTable
from interfaces.storage.sql.views.table import within


class SqlEndpointList(PagedTable[EndpointRow]):
    row = EndpointRow
    changes = ("update", "set_status", "roll", "delete")
    filters = ("not deleted",)

    async def all(self) -> Sequence[EndpointRow]:
        return await self._rows("all", {})

    async def of_account(self, scope: Scope) -> Sequence[EndpointRow]:
        return await self._rows("of_account", within(scope))

    async def listening_to(self, scope: Scope) -> Sequence[EndpointRow]:
        return await self._rows("listening_to", within(scope))

    async def with_notices(self, scope: Scope) -> Sequence[EndpointRow]:
        return await self._rows("with_notices", within(scope))

    async def by_id(self, id: str) -> EndpointRow | None:
        found = await self._rows("by_id", {"id": id})
        return found[0] if found else None

    def update(self, id: str, *, url: str, enabled_events: str, description: str | None, metadata: str) -> None:
        self.change("update", id, url=url, enabled_events=enabled_events, description=description, metadata=metadata)

    def set_status(self, id: str, status: str) -> None:
        self.change("set_status", id, status=status)

    def note(self, id: str, *, health: str, line: str) -> None:
        new = self._new.get(id)
        if new is not None:
            self._change_new(new, health=str(health), notices=notices_with(new[self._column["notices"]], line))
            return
        known = self._writer.one(self._sql["notices"], {"id": id})
        if known is not None:
            values = {"id": id, "health": str(health), "notices": notices_with(known["notices"], line)}
            self._writer.execute(self._sql["note"], values)

    def roll(self, id: str, *, generation: int, expiring: str) -> None:
        self.change("roll", id, generation=generation, expiring=expiring)

    def delete(self, id: str, at: int) -> None:
        self.change("delete", id, deleted_at=at)

    async def _rows(self, statement: str, values: Mapping[str, Any]) -> Sequence[EndpointRow]:
        return [EndpointRow._make(row) for row in await self._reader.tuples(self._sql[statement], values)]
