"""The query for availability of data, behind TTL caches: every request for a report type asks it."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from application.access.ttl_cache import TtlCache
from application.views.accounts import AccountList
from application.views.ledgers import LedgerList
from domain.access.caller import Scope
from domain.ledger.availability import DataAvailability, TableAvailability


class AvailabilityQuery:
    """For which time accounts have data. An answer is at most one TTL old."""

    def __init__(self, ledgers: LedgerList, accounts: AccountList) -> None:
        self._ledgers = ledgers
        self._accounts = accounts
        self._of_account = TtlCache(self._read_account)
        self._of_connected_accounts = TtlCache(self._read_connected_accounts)
        self._first_connected = TtlCache(self._read_first_connected)

    def of_account(self, scope: Scope) -> Awaitable[DataAvailability]:
        return self._of_account(scope)

    async def of_accounts(self, accounts: Sequence[str], *, livemode: bool) -> DataAvailability:
        """Of several accounts together."""
        own: dict[str, TableAvailability] = {}
        rows = await self._ledgers.of_accounts(accounts, livemode=livemode)
        for row in rows:
            own[row.table] = own[row.table] | row.data if row.table in own else row.data
        without_loads = await self._of_account(Scope("", livemode))
        together = DataAvailability(own, without_loads.all_accounts)
        return together if len({row.owner for row in rows}) == len(accounts) else together | without_loads

    def of_connected_accounts(self, platform: Scope) -> Awaitable[DataAvailability]:
        """Of all accounts connected to a platform, together."""
        return self._of_connected_accounts(platform)

    async def has_connected_accounts(self, account: str) -> bool:
        return bool(await self._first_connected(account))

    async def _read_account(self, scope: Scope) -> DataAvailability:
        owners: dict[str, dict[str, TableAvailability]] = {}
        for row in await self._ledgers.of_account(scope):
            owners.setdefault(row.owner, {})[row.table] = row.data
        return DataAvailability.of_account(scope.account, owners)

    async def _read_connected_accounts(self, platform: Scope) -> DataAvailability:
        together = await self._ledgers.of_connected_accounts(platform)
        of_platform = await self._read_account(platform)  # not from the cache: ages of cached values would add up
        return DataAvailability.of_connected_accounts(together, of_platform)

    async def _read_first_connected(self, platform: str) -> Sequence[str]:
        return await self._accounts.connected_to(platform, limit=1)
