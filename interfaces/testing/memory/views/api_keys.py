"""The list of API keys in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from application.views.api_keys import KeyRow
from interfaces.testing.memory.views.table import MemoryTable


class MemoryKeyList(MemoryTable[KeyRow]):
    async def by_secret(self, secret_sha256: str) -> KeyRow | None:
        return next((row for row in self.shown.values() if row.secret_sha256 == secret_sha256), None)

    async def all(self) -> Sequence[KeyRow]:
        return sorted(self.shown.values(), key=attrgetter("created", "id"))

    def add(self, row: KeyRow) -> None:
        self.draft[row.id] = row

    def revoke(self, id: str, at: int) -> None:
        if id in self.draft:
            self.draft[id] = replace(self.draft[id], revoked_at=at)
