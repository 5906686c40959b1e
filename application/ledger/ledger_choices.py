"""What a form offers of the rows of a ledger: its currencies, and payouts by search."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from application.ledger.versions import newest_version
from application.log.event_store import EventStore
from application.ports.ledger import FoundPayout, LedgerSearch
from application.views.accounts import AccountList
from domain.access.caller import Scope
from domain.errors import ReferenceNotFound, run_parameter
from domain.report_types import ReportType

MOST_PAYOUTS = 20
"""Payouts that one search gives, the newest ones."""

MOST_SEARCHED = 100
"""Characters of a search."""

MOST_KEPT = 256
"""Answers about currencies that are kept: a version of a ledger never changes."""


class LedgerChoices:
    """Of the newest version, and of the accounts that a caller may see."""

    def __init__(self, events: EventStore, search: LedgerSearch, accounts: AccountList) -> None:
        self._events = events
        self._search = search
        self._accounts = accounts
        self._currencies: OrderedDict[tuple[object, ...], Sequence[str]] = OrderedDict()

    async def currencies(self, scope: Scope, report_type: ReportType) -> Sequence[str]:
        """The currencies of the rows that a report can be of, in alphabetical order; none where they are not known."""
        accounts: Sequence[str] = (scope.account,)
        if report_type.about_connected_accounts:
            accounts = await self._accounts.connected_to(scope.account)
        return await asyncio.to_thread(self._currencies_of, scope.livemode, report_type.table, tuple(accounts))

    async def payouts(self, scope: Scope, text: str, connected_account: str = "") -> Sequence[FoundPayout]:
        """Payouts that a text fits, newest first; without a text, the newest ones.

        text               a part of the id, an amount such as 12.50, the beginning of a date, a status or a currency
        connected_account  of which they are; empty: of the caller's own account

        Raises `ReferenceNotFound` for an account that is not connected to the caller's.
        """
        if connected_account and not await self._accounts.connected_among(scope.account, [connected_account]):
            raise ReferenceNotFound("connected account", connected_account, run_parameter("connected_account"))
        account = connected_account or scope.account
        return await asyncio.to_thread(self._found, scope.livemode, account, text.strip()[:MOST_SEARCHED].lower())

    def _found(self, livemode: bool, account: str, text: str) -> Sequence[FoundPayout]:
        return self._search.payouts(newest_version(self._events, livemode), account, text, MOST_PAYOUTS)

    def _currencies_of(self, livemode: bool, table: str, accounts: tuple[str, ...]) -> Sequence[str]:
        ledger = newest_version(self._events, livemode)
        key = (livemode, ledger.version, table, accounts)
        found = self._currencies.get(key)
        if found is None:
            found = self._currencies[key] = self._search.currencies(ledger, table, accounts)
            if len(self._currencies) > MOST_KEPT:  # another thread may have removed any entry, also this one
                self._currencies.popitem(last=False)
        return found
