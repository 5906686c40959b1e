"""The list of file links in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from application.views.file_links import FileLinkRow, LinkFilter
from application.views.paging import Page
from domain.access.caller import Scope
from interfaces.testing.memory.views.table import PagedMemoryTable, page_of


class MemoryFileLinkList(PagedMemoryTable[FileLinkRow]):
    async def page_where(self, scope: Scope, page: Page, only: LinkFilter) -> Sequence[FileLinkRow]:
        rows = [
            row
            for row in self.shown.values()
            if only.file_id in (None, row.file_id) and only.expired in (None, row.has_expired(only.now))
        ]
        return page_of(rows, scope, page)

    async def by_token(self, token: str) -> FileLinkRow | None:
        return next((row for row in self.shown.values() if row.token == token), None)

    def update(self, id: str, *, expires_at: int | None, metadata: str) -> None:
        self._change(id, expires_at=expires_at, metadata=metadata)

    def expire(self, id: str, at: int) -> None:
        self._change(id, expires_at=at)

    def _change(self, id: str, **values: Any) -> None:
        if id in self.draft:
            self.draft[id] = self.draft[id]._replace(**values)
