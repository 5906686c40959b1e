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
        livemode, said = event.originator_id == Ledger.id_of(livemode=True), event.owner_complete_through
        for table, window in windows_of(event.owner_windows).items():
            ends_as_said = said is not None and window.end == max(window.start, said)
            data = TableData(window, window.end if ends_as_said else None, seconds(event))
            self.views.ledgers.put(LedgerRow(livemode, event.owner, table, data))
        for table, window in windows_of(event.windows).items():
            self.views.ledgers.put(LedgerRow(livemode, WHOLE, table, TableData(window, None, seconds(event))))
