"""Availability of data in memory, by owner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import attrgetter

from application.views.accounts import AccountListProjection
from application.views.ledgers import LedgerRow
from domain.access.caller import Scope
from domain.ledger.availability import ALL_ACCOUNTS, WHOLE_LEDGER, TableAvailability, Tables
from interfaces.testing.memory.views.table import MemoryTable


class MemoryLedgerList(MemoryTable[LedgerRow]):
    async def of_account(self, scope: Scope) -> Sequence[LedgerRow]:
        return self._of({scope.account, ALL_ACCOUNTS, WHOLE_LEDGER}, scope.livemode)

    async def of_accounts(self, accounts: Sequence[str], *, livemode: bool) -> Sequence[LedgerRow]:
        return self._of(set(accounts), livemode)

    async def of_connected_accounts(self, platform: Scope) -> Tables:
        accounts = self._views.shown.rows[AccountListProjection.name].values()
        connected = {row.id for row in accounts if row.platform == platform.account}
        merged: dict[str, TableAvailability] = {}
        for row in self._of(connected, platform.livemode):
            merged[row.table] = merged[row.table] | row.data if row.table in merged else row.data
        return merged

    def put(self, row: LedgerRow) -> None:
        self.draft[row.livemode, row.owner, row.table] = row

    def _of(self, owners: Collection[str], livemode: bool) -> list[LedgerRow]:
        rows = (row for row in self.shown.values() if row.livemode == livemode and row.owner in owners)
        return sorted(rows, key=attrgetter("owner", "table"))
