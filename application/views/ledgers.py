"""The list of ledgers, by owner: its row, its read and write protocols, and its projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Protocol

from application.projecting.projection import Projection, seconds
from domain.access.caller import Scope
from domain.aggregate import TextIdEvent
from domain.ledger.availability import WHOLE_LEDGER, TableAvailability, Tables, windows_of
from domain.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Availability of one table, from all loads for one owner into one mode's ledger.

    owner  an account, `ALL_ACCOUNTS` or `WHOLE_LEDGER`
    """

    livemode: bool
    owner: str
    table: str
    data: TableAvailability


class LedgerList(Protocol):
    """Reads availability of data by owner."""

    async def of_account(self, scope: Scope) -> Sequence[LedgerRow]:
        """The rows of the scope's account, of `ALL_ACCOUNTS` and of `WHOLE_LEDGER`."""

    async def of_accounts(self, accounts: Sequence[str], *, livemode: bool) -> Sequence[LedgerRow]:
        """The rows of several accounts, in any order."""

    async def of_connected_accounts(self, platform: Scope) -> Tables:
        """Availability of all accounts connected to a platform, merged."""


class LedgerListWriter(Protocol):
    """Writes availability of data."""

    def put(self, row: LedgerRow) -> None:
        """Add a row, or replace the one of the same mode, owner and table."""


class LedgerListProjection(Projection[LedgerListWriter]):
    name = "ledgers"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Other events change nothing."""

    @apply.register(Ledger.Loaded)
    @apply.register(Ledger.CompletenessDeclared)
    def _(self, event: Ledger.Loaded | Ledger.CompletenessDeclared, position: int) -> None:
        livemode = event.originator_id == Ledger.id_of(livemode=True)
        for owner, windows, complete_through in (
            (event.owner, event.owner_windows, event.owner_complete_through),
            (WHOLE_LEDGER, event.windows, None),
        ):
            for table, window in windows_of(windows).items():
                data = TableAvailability.from_load(window, complete_through, seconds(event))
                self.view.put(LedgerRow(livemode, owner, table, data))
