"""The table of result files."""

from __future__ import annotations

from collections.abc import Sequence

from application.views.files import FileRow
from application.views.paging import Page
from domain.access.caller import Scope
from interfaces.storage.sql.views.table import SqlTable, within


class SqlFileList(SqlTable):
    view = "files"
    changes = ("files mark_removed",)

    async def get(self, scope: Scope, id: str) -> FileRow | None:
        found = await self._reader.tuples(self._sql["files get"], within(scope, id=id))
        return FileRow._make(found[0]) if found else None

    async def page(self, scope: Scope, page: Page) -> Sequence[FileRow]:
        return [FileRow._make(row) for row in await self._page(scope, page)]

    async def kept(self, created_before: int, limit: int) -> Sequence[FileRow]:
        values = {"created_before": created_before, "limit": limit}
        return [FileRow._make(row) for row in await self._reader.tuples(self._sql["files kept"], values)]

    async def by_id(self, after: str, limit: int) -> Sequence[FileRow]:
        values = {"after": after, "limit": limit}
        return [FileRow._make(row) for row in await self._reader.tuples(self._sql["files by_id"], values)]

    def add(self, row: FileRow) -> None:
        self._new.append(row._replace(livemode=int(row.livemode)))  # type: ignore[arg-type]

    def mark_removed(self, id: str, at: int) -> None:
        self._changes["files mark_removed"].append({"id": id, "at": at})

    def flush(self) -> None:
        self._insert_new(FileRow._fields, self._new)
        self._write_changes()
        self.discard()

    def discard(self) -> None:
        super().discard()
        self._new: list[FileRow] = []
