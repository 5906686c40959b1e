"""The table of the history of data windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from application.views.data_windows import WindowRow
from domain.access.caller import Scope
from domain.ledger.availability import ALL_ACCOUNTS, WHOLE_LEDGER
from interfaces.storage.sql.views.table import SqlTable, within


class SqlWindowHistory(SqlTable):
    async def of_account(self, scope: Scope, since: int) -> Sequence[WindowRow]:
        values = within(scope, all_accounts=ALL_ACCOUNTS, whole_ledger=WHOLE_LEDGER, since=since)
        return await self._rows("of_account", values)

    async def of_connected_accounts(self, platform: Scope, since: int) -> Sequence[WindowRow]:
        return await self._rows("of_connected_accounts", within(platform, since=since))

    async def last_position(self, livemode: bool) -> int:
        row = await self._reader.one(self._sql["last_position"], {"livemode": int(livemode)})
        return int(row["position"] or 0) if row else 0

    def put(self, row: WindowRow) -> None:
        last = self._writer.one(
            self._sql["last"], {"livemode": int(row.livemode), "owner": row.owner, "report_table": row.report_table}
        )
        if last is None or any(value != getattr(row, name) for name, value in dict(last).items()):
            self._writer.execute(self._sql["put"], {**row._asdict(), "livemode": int(row.livemode)})

    async def _rows(self, statement: str, values: Mapping[str, Any]) -> Sequence[WindowRow]:
        return [WindowRow(*row) for row in await self._reader.tuples(self._sql[statement], values)]
