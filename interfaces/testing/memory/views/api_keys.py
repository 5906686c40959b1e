"""The list of API keys in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from application.views.api_keys import KeyRow
from domain.access.caller import Scope
from interfaces.testing.memory.views.table import MemoryTable


class MemoryKeyList(MemoryTable[KeyRow]):
    async def by_secret(self, secret_sha256: str) -> KeyRow | None:
        return next((row for row in self.shown.values() if row.secret_sha256 == secret_sha256), None)

    async def by_id(self, id: str) -> KeyRow | None:
        return self.shown.get(id)

    async def of_account(self, scope: Scope, limit: int) -> Sequence[KeyRow]:
        own = [row for row in await self.all() if (row.account, row.livemode) == (scope.account, scope.livemode)]
        return own[: -limit - 1 : -1]

    async def all(self) -> Sequence[KeyRow]:
        return sorted(self.shown.values(), key=attrgetter("created", "id"))

    def add(self, row: KeyRow) -> None:
        self.draft[row.id] = row

    def revoke(self, id: str, at: int) -> None:
        if id in self.draft:
            self.draft[id] = replace(self.draft[id], revoked_at=at)
