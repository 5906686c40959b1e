"""The list of accounts in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import attrgetter

from application.views.accounts import AccountRow
from interfaces.testing.memory.views.table import MemoryTable


class MemoryAccountList(MemoryTable[AccountRow]):
    async def get(self, id: str) -> AccountRow | None:
        return self.shown.get(id)

    async def all(self) -> Sequence[AccountRow]:
        return sorted(self.shown.values(), key=attrgetter("created", "id"))

    async def connected_to(self, platform: str, limit: int | None = None) -> Sequence[str]:
        return sorted(row.id for row in self.shown.values() if row.platform == platform)[:limit]

    async def connected_among(self, platform: str, ids: Sequence[str]) -> Collection[str]:
        return {id for id in ids if id in self.shown and self.shown[id].platform == platform}

    def add(self, row: AccountRow) -> None:
        self.draft[row.id] = row
