"""The tables of accounts and of API keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from application.views.access import AccountRow, KeyRow
from interfaces.storage.sql.database import Row
from interfaces.storage.sql.views.table import SqlTable

_ALL = 2**31 - 1
"""More rows than there are."""


class SqlKeyList(SqlTable):
    view = "api_keys"

    async def by_secret(self, secret_sha256: str) -> KeyRow | None:
        row = await self._reader.one(self._sql["keys by_secret"], {"secret_sha256": secret_sha256})
        return _key(row) if row else None

    async def all(self) -> Sequence[KeyRow]:
        return [_key(row) for row in await self._reader.all(self._sql["keys all"], {})]

    def add(self, row: KeyRow) -> None:
        values = {**asdict(row), "livemode": int(row.livemode), "permissions": " ".join(row.permissions)}
        self._writer.execute(self._sql["keys add"], values)

    def revoke(self, id: str, at: int) -> None:
        self._writer.execute(self._sql["keys revoke"], {"id": id, "at": at})


class SqlAccountList(SqlTable):
    view = "accounts"

    async def get(self, id: str) -> AccountRow | None:
        row = await self._reader.one(self._sql["accounts get"], {"id": id})
        return AccountRow(**row) if row else None

    async def all(self) -> Sequence[AccountRow]:
        return [AccountRow(**row) for row in await self._reader.all(self._sql["accounts all"], {})]

    async def connected_to(self, platform: str, limit: int | None = None) -> Sequence[str]:
        values = {"platform": platform, "limit": _ALL if limit is None else limit}
        return [row["id"] for row in await self._reader.all(self._sql["accounts connected_to"], values)]

    def add(self, row: AccountRow) -> None:
        self._writer.execute(self._sql["accounts add"], asdict(row))


def _key(row: Row) -> KeyRow:
    return KeyRow(**{**row, "livemode": bool(row["livemode"]), "permissions": tuple(row["permissions"].split())})
