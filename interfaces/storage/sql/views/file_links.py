"""The table of the list of file links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from application.views.file_links import FileLinkRow, LinkFilter
from application.views.paging import Page
from domain.access.caller import Scope
from interfaces.storage.sql.views.paged_table import PagedTable


class SqlFileLinkList(PagedTable[FileLinkRow]):
    row = FileLinkRow
    changes = ("update", "expire")

    async def page_where(self, scope: Scope, page: Page, only: LinkFilter) -> Sequence[FileLinkRow]:
        filters: dict[str, dict[str, Any]] = {}
        if only.file_id is not None:
            filters["of file"] = {"file_id": only.file_id}
        if only.expired is not None:
            filters["expired" if only.expired else "not expired"] = {"now": only.now}
        values = {name: value for named in filters.values() for name, value in named.items()}
        return await self.page_of(self.row, scope, page, self.order, tuple(filters), **values)

    async def by_token(self, token: str) -> FileLinkRow | None:
        found = await self._reader.tuples(self._sql["by_token"], {"token": token})
        return FileLinkRow._make(found[0]) if found else None

    def update(self, id: str, *, expires_at: int | None, metadata: str) -> None:
        self.change("update", id, expires_at=expires_at, metadata=metadata)

    def expire(self, id: str, at: int) -> None:
        self.change("expire", id, expires_at=at)
