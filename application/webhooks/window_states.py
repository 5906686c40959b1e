"""The data windows of an account and of those connected to it, load after load."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from application.views.data_windows import WindowRow
from domain.ledger.availability import DataAvailability, DataWindow, TableAvailability

ByTable = dict[str, DataWindow]

_Owners = dict[str, dict[str, TableAvailability]]


class WindowStates:
    """Starts without data; each load is applied with its rows, in the order of the log.

    own        table -> window of the account's own report types
    connected  table -> window of the report types about connected accounts
    """

    def __init__(self, account: str) -> None:
        self._account = account
        self._owners: _Owners = {}
        self._connected_owners: _Owners = {}
        self._together: dict[str, TableAvailability] = {}
        self.own: ByTable = {}
        self.connected: ByTable = {}

    def apply(self, own: Iterable[WindowRow], connected: Iterable[WindowRow]) -> tuple[ByTable, ByTable]:
        """Apply a load; gives the windows that it has changed, the account's own and those about connected accounts."""
        for row in own:
            self._owners.setdefault(row.owner, {})[row.report_table] = row.data
        for row in connected:
            self._connected_owners.setdefault(row.owner, {})[row.report_table] = row.data
        for table in {row.report_table for row in connected}:
            of_table = [tables[table] for tables in self._connected_owners.values() if table in tables]
            self._together[table] = reduce(or_, of_table)
        before = self.own, self.connected
        account = DataAvailability.of_account(self._account, self._owners)
        self.own = _windows(account)
        self.connected = _windows(DataAvailability.of_connected_accounts(self._together, account))
        return _changed(before[0], self.own), _changed(before[1], self.connected)


def _windows(data: DataAvailability) -> ByTable:
    found = {table: data.of_table(table) for table in (*data.own, *data.all_accounts)}
    return {table: offered[0] for table, offered in found.items() if offered}


def _changed(before: ByTable, after: ByTable) -> ByTable:
    return {table: window for table, window in after.items() if before.get(table) != window}
