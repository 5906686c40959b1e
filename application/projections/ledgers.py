"""What the ledger of each mode offers."""

from __future__ import annotations

from functools import singledispatchmethod

from application.projections.projection import Projection, seconds
from application.views import LedgerRow
from domain.aggregate import TextIdEvent
from domain.data_window import TableData
from domain.ledger import WHOLE, Ledger, windows_of


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
                data = TableData.told(window, said, seconds(event))
                self.views.ledgers.put(LedgerRow(livemode, owner, table, data))
