"""What each owner's data covers, table by table: the row, what is asked of the view, and its projection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Protocol

from application.projecting.projection import Projection, seconds
from domain.access.caller import Scope
from domain.aggregate import TextIdEvent
from domain.ledger.availability import TableAvailability
from domain.ledger.ledger import WHOLE, Ledger, windows_of


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What loads for one owner have brought into a table of one mode's ledger by now.

    owner  an account, `EVERYBODY`, or `WHOLE` for all that was brought
    """

    livemode: bool
    owner: str
    table: str
    data: TableAvailability


class LedgerList(Protocol):
    """The ledger of each mode, by owner."""

    async def about(self, scope: Scope) -> Sequence[LedgerRow]:
        """What is known of the scope's account, of everybody and of the whole ledger."""

    async def of_connected(self, scope: Scope) -> Mapping[str, TableAvailability]:
        """Table -> what is known of the accounts together that are connected to the scope's one."""

    def put(self, row: LedgerRow) -> None: ...


class LedgerListProjection(Projection):
    name = "ledgers"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Events of other aggregates change nothing here."""

    @apply.register
    def _(self, event: Ledger.Loaded, position: int) -> None:
        livemode = event.originator_id == Ledger.id_of(livemode=True)
        for owner, windows, said in (
            (event.owner, event.owner_windows, event.owner_complete_through),
            (WHOLE, event.windows, None),
        ):
            for table, window in windows_of(windows).items():
                data = TableAvailability.from_load(window, said, seconds(event))
                self.views.ledgers.put(LedgerRow(livemode, owner, table, data))
