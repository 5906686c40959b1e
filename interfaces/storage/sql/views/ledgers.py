"""The table of availability of data, by owner."""

from __future__ import annotations

from collections.abc import Sequence

from application.views.ledgers import LedgerRow
from domain.access.caller import Scope
from domain.ledger.availability import ALL_ACCOUNTS, WHOLE_LEDGER, DataWindow, TableAvailability, Tables
from interfaces.storage.sql.database import Row
from interfaces.storage.sql.views.table import SqlTable, in_lists, within


class SqlLedgerList(SqlTable):
    async def of_account(self, scope: Scope) -> Sequence[LedgerRow]:
        values = within(scope, all_accounts=ALL_ACCOUNTS, whole_ledger=WHOLE_LEDGER)
        rows = await self._reader.all(self._sql["of_account"], values)
        return [_row(row) for row in rows]

    async def of_accounts(self, accounts: Sequence[str], *, livemode: bool) -> Sequence[LedgerRow]:
        found: list[LedgerRow] = []
        for statement, values in in_lists(self._sql["of_accounts"], accounts):
            found += map(_row, await self._reader.all(statement, {**values, "livemode": int(livemode)}))
        return found

    async def of_connected_accounts(self, platform: Scope) -> Tables:
        rows = await self._reader.all(self._sql["of_connected_accounts"], within(platform))
        return {row["report_table"]: _data(row) for row in rows}

    def put(self, row: LedgerRow) -> None:
        self._writer.execute(
            self._sql["put"],
            {
                "livemode": int(row.livemode),
                "owner": row.owner,
                "table": row.table,
                "start": row.data.window.start,
                "end": row.data.window.end,
                "complete_through": row.data.complete_through,
                "updated": row.data.updated,
            },
        )


def _row(row: Row) -> LedgerRow:
    return LedgerRow(bool(row["livemode"]), row["owner"], row["report_table"], _data(row))


def _data(row: Row) -> TableAvailability:
    window = DataWindow.of(row["window_start"], row["window_end"])
    return TableAvailability(window, row["complete_through"], row["updated"])
