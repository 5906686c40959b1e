"""The table of the list of result files."""

from __future__ import annotations

from collections.abc import Sequence

from application.views.files import FileRow
from interfaces.storage.sql.views.paged_table import PagedTable
from interfaces.storage.sql.views.table import in_lists


class SqlFileList(PagedTable[FileRow]):
    row = FileRow
    changes = ("mark_removed", "mark_linked")

    async def kept(self, created_before: int, limit: int) -> Sequence[FileRow]:
        values = {"created_before": created_before, "limit": limit}
        return [FileRow._make(row) for row in await self._reader.tuples(self._sql["kept"], values)]

    async def known(self, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for statement, values in in_lists(self._sql["known"], ids):
            found |= {id for (id,) in await self._reader.tuples(statement, values)}
        return found

    async def by_id(self, after: str, limit: int) -> Sequence[FileRow]:
        values = {"after": after, "limit": limit}
        return [FileRow._make(row) for row in await self._reader.tuples(self._sql["by_id"], values)]

    def mark_removed(self, id: str, at: int) -> None:
        self.change("mark_removed", id, removed_at=at)

    def mark_linked(self, id: str) -> None:
        self.change("mark_linked", id, has_links=1)
