"""What a key may know of a ledger, and whether it may load into it.

A ledger holds the data of every account. The platform that the installation was founded with is its operator.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from application.log.event_store import EventStore
from application.views.accounts import AccountList
from domain.access.account import Installation
from domain.access.caller import AUDIT_READ, LEDGER_WRITE, Caller
from domain.errors import PermissionMissing
from domain.ledger.availability import ALL_ACCOUNTS


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """Which facts of a ledger a key sees.

    accounts  those that it sees; None: all of them
    """

    accounts: Collection[str] | None = None

    def has(self, account: str) -> bool:
        return self.accounts is None or account in self.accounts

    def has_version_of(self, owner: str) -> bool:
        """A version for all accounts concerns every key, though it may not be told what is in it."""
        return owner == ALL_ACCOUNTS or self.has(owner)


class LedgerAccess:
    def __init__(self, events: EventStore, accounts: AccountList) -> None:
        self._events = events
        self._accounts = accounts

    async def facts_for(self, caller: Caller, owners: Sequence[str]) -> LedgerFacts:
        """All for auditors and for who may load; else those of the key's account, and those connected to it.

        owners  the accounts that a ledger has facts of
        """
        if caller.holds(AUDIT_READ) or await self.may_load(caller):
            return LedgerFacts()
        own = caller.scope.account
        return LedgerFacts({own, *await self._accounts.connected_among(own, owners)} if owners else {own})

    async def may_load(self, caller: Caller) -> bool:
        may_write = caller.permissions is None or caller.holds(LEDGER_WRITE)
        return may_write and await self.is_of_operator(caller)

    async def is_of_operator(self, caller: Caller) -> bool:
        """Whether a key is of the platform that the installation was founded with."""
        return not caller.acts_for_connected and caller.scope.account == await self._founding_platform()

    async def must_load(self, caller: Caller) -> None:
        """Raises `PermissionMissing`."""
        if not await self.may_load(caller):
            raise PermissionMissing(caller.redacted, caller.scope.account, LEDGER_WRITE)

    async def _founding_platform(self) -> str | None:
        installation = await asyncio.to_thread(self._events.find, Installation, Installation.ID)
        return installation.account if installation is not None else None
