"""The table of the list of API keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from application.views.api_keys import KeyRow
from domain.access.caller import Scope
from interfaces.storage.sql.database import Row
from interfaces.storage.sql.views.table import SqlTable, within


class SqlKeyList(SqlTable):
    async def by_secret(self, secret_sha256: str) -> KeyRow | None:
        row = await self._reader.one(self._sql["by_secret"], {"secret_sha256": secret_sha256})
        return _key(row) if row else None

    async def by_id(self, id: str) -> KeyRow | None:
        row = await self._reader.one(self._sql["by_id"], {"id": id})
        return _key(row) if row else None

    async def of_account(self, scope: Scope, limit: int) -> Sequence[KeyRow]:
        return [_key(row) for row in await self._reader.all(self._sql["of_account"], within(scope, limit=limit))]

    async def all(self) -> Sequence[KeyRow]:
        return [_key(row) for row in await self._reader.all(self._sql["all"], {})]

    def add(self, row: KeyRow) -> None:
        values = {**asdict(row), "livemode": int(row.livemode), "permissions": " ".join(row.permissions)}
        self._writer.execute(self._sql["add"], values)

    def revoke(self, id: str, at: int) -> None:
        self._writer.execute(self._sql["revoke"], {"id": id, "at": at})


def _key(row: Row) -> KeyRow:
    return KeyRow(**{**row, "livemode": bool(row["livemode"]), "permissions": tuple(row["permissions"].split())})
