"""The history of data windows in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from application.views.accounts import AccountListProjection
from application.views.data_windows import WindowRow
from domain.access.caller import Scope
from domain.ledger.availability import ALL_ACCOUNTS, WHOLE_LEDGER
from interfaces.testing.memory.views.table import MemoryTable


class MemoryWindowHistory(MemoryTable[WindowRow]):
    async def of_account(self, scope: Scope, since: int) -> Sequence[WindowRow]:
        return self._of({scope.account, ALL_ACCOUNTS, WHOLE_LEDGER}, scope.livemode, since)

    async def of_connected_accounts(self, platform: Scope, since: int) -> Sequence[WindowRow]:
        accounts = self._views.shown.rows[AccountListProjection.name].values()
        connected = {row.id for row in accounts if row.platform == platform.account}
        return self._of(connected, platform.livemode, since)

    async def last_position(self, livemode: bool) -> int:
        return max((row.position for row in self.shown.values() if row.livemode == livemode), default=0)

    def put(self, row: WindowRow) -> None:
        last = max((known for known in self.draft.values() if _series(known) == _series(row)), default=None)
        if last is None or last.data.window != row.data.window or last.complete_through != row.complete_through:
            self.draft[row.position, *_series(row)] = row

    def _of(self, owners: Collection[str], livemode: bool, since: int) -> list[WindowRow]:
        rows = sorted(row for row in self.shown.values() if row.livemode == livemode and row.owner in owners)
        last_before = {_series(row): row for row in rows if row.created < since}
        return [row for row in rows if row.created >= since or last_before[_series(row)] is row]


def _series(row: WindowRow) -> tuple[bool, str, str]:
    return row.livemode, row.owner, row.report_table
