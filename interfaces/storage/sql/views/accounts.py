"""The table of the list of accounts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict

from application.views.accounts import AccountRow
from interfaces.storage.sql.views.table import SqlTable, in_lists

_NO_LIMIT = 2**31 - 1


class SqlAccountList(SqlTable):
    async def get(self, id: str) -> AccountRow | None:
        row = await self._reader.one(self._sql["get"], {"id": id})
        return AccountRow(**row) if row else None

    async def all(self) -> Sequence[AccountRow]:
        return [AccountRow(**row) for row in await self._reader.all(self._sql["all"], {})]

    async def connected_to(self, platform: str, limit: int | None = None) -> Sequence[str]:
        values = {"platform": platform, "limit": _NO_LIMIT if limit is None else limit}
        return [row["id"] for row in await self._reader.all(self._sql["connected_to"], values)]

    async def connected_among(self, platform: str, ids: Sequence[str]) -> Collection[str]:
        connected: set[str] = set()
        for statement, values in in_lists(self._sql["connected_among"], ids):
            connected.update(row["id"] for row in await self._reader.all(statement, {**values, "platform": platform}))
        return connected

    def add(self, row: AccountRow) -> None:
        self._writer.execute(self._sql["add"], asdict(row))
