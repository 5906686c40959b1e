"""The table of what each owner's data covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from application.views.ledgers import LedgerRow
from domain.access.caller import Scope
from domain.ledger.availability import TableAvailability
from domain.ledger.data_window import DataWindow
from domain.ledger.ledger import EVERYBODY, WHOLE
from interfaces.storage.sql.database import Row
from interfaces.storage.sql.views.table import SqlTable, within


class SqlLedgerList(SqlTable):
    view = "ledgers"

    async def about(self, scope: Scope) -> Sequence[LedgerRow]:
        rows = await self._reader.all(self._sql["ledgers about"], within(scope, everybody=EVERYBODY, whole=WHOLE))
        return [LedgerRow(bool(row["livemode"]), row["owner"], row["report_table"], _data(row)) for row in rows]

    async def of_connected(self, scope: Scope) -> Mapping[str, TableAvailability]:
        rows = await self._reader.all(self._sql["ledgers of_connected"], within(scope))
        return {row["report_table"]: _data(row) for row in rows}

    def put(self, row: LedgerRow) -> None:
        window = row.data.window
        self._writer.execute(
            self._sql["ledgers put"],
            {
                "livemode": int(row.livemode),
                "owner": row.owner,
                "table": row.table,
                "start": window.start,
                "end": window.end,
                "complete_through": row.data.complete_through,
                "updated": row.data.updated,
            },
        )


def _data(row: Row) -> TableAvailability:
    return TableAvailability(
        DataWindow.of(row["window_start"], row["window_end"]), row["complete_through"], row["updated"]
    )
