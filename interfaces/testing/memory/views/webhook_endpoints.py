"""The list of webhook endpoints in memory."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from application.views.accounts import AccountListProjection
from application.views.paging import Page
from application.views.webhook_endpoints import ENABLED, EndpointRow, notices_with
from domain.access.caller import Scope
from interfaces.testing.memory.views.table import PagedMemoryTable, page_of


class MemoryEndpointList(PagedMemoryTable[EndpointRow]):
    async def page(self, scope: Scope, page: Page) -> Sequence[EndpointRow]:
        return page_of(await self.all(), scope, page)

    async def all(self) -> Sequence[EndpointRow]:
        existing = (row for row in self.shown.values() if row.deleted_at is None)
        return sorted(existing, key=attrgetter("created", "position"))

    async def of_account(self, scope: Scope) -> Sequence[EndpointRow]:
        return [row for row in await self.all() if (row.account, row.livemode) == scope]

    async def listening_to(self, scope: Scope) -> Sequence[EndpointRow]:
        account = self._views.shown.rows[AccountListProjection.name].get(scope.account)
        owners = {(scope.account, False), (account.platform if account else None, True)}
        return [
            row
            for row in await self.all()
            if row.status == ENABLED and row.livemode == scope.livemode and (row.account, row.connect) in owners
        ]

    async def with_notices(self, scope: Scope) -> Sequence[EndpointRow]:
        return [row for row in self.shown.values() if (row.account, row.livemode) == scope and row.notices]

    async def by_id(self, id: str) -> EndpointRow | None:
        return self.shown.get(id)

    def update(self, id: str, *, url: str, enabled_events: str, description: str | None, metadata: str) -> None:
        self._change(id, url=url, enabled_events=enabled_events, description=description, metadata=metadata)

    def set_status(self, id: str, status: str) -> None:
        self._change(id, status=status)

    def note(self, id: str, *, health: str, line: str) -> None:
        if id in self.draft:
            self._change(id, health=health, notices=notices_with(self.draft[id].notices, line))

    def roll(self, id: str, *, generation: int, expiring: str) -> None:
        self._change(id, generation=generation, expiring=expiring)

    def delete(self, id: str, at: int) -> None:
        self._change(id, deleted_at=at)

    def _change(self, id: str, **values: Any) -> None:
        if id in self.draft:
            self.draft[id] = self.draft[id]._replace(**values)
