"""The list of result files in memory."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from application.views.files import FileRow
from interfaces.testing.memory.views.table import PagedMemoryTable


class MemoryFileList(PagedMemoryTable[FileRow]):
    async def kept(self, created_before: int, limit: int) -> Sequence[FileRow]:
        old = [row for row in self._not_removed() if row.created < created_before]
        return sorted(old, key=attrgetter("created", "position"))[:limit]

    async def known(self, ids: Sequence[str]) -> set[str]:
        return {row.id for row in self.shown.values() if row.id in ids}

    async def by_id(self, after: str, limit: int) -> Sequence[FileRow]:
        return sorted((row for row in self._not_removed() if row.id > after), key=attrgetter("id"))[:limit]

    def mark_removed(self, id: str, at: int) -> None:
        self.draft[id] = self.draft[id]._replace(removed_at=at)

    def mark_linked(self, id: str) -> None:
        if id in self.draft:
            self.draft[id] = self.draft[id]._replace(has_links=1)

    def _not_removed(self) -> list[FileRow]:
        return [row for row in self.shown.values() if row.removed_at is None]
