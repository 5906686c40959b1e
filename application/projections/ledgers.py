"""What the ledger of each mode offers."""

from __future__ import annotations

from functools import singledispatchmethod

from application.projections.projection import Projection, seconds
from application.views import LedgerRow
from domain.aggregate import TextIdEvent
from domain.ledger import WHOLE, Ledger, windows_of


class LedgerListProjection(Projection):
    name = "ledgers"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Events of other aggregates change nothing here."""

    @apply.register
    def _(self, event: Ledger.Loaded, position: int) -> None:
        for owner, windows in ((event.owner, event.owner_windows), (WHOLE, event.windows)):
            self.views.ledgers.put(
                LedgerRow(
                    livemode=event.originator_id == Ledger.id_of(livemode=True),
                    owner=owner,
                    version=event.originator_version,
                    windows=windows_of(windows),
                    updated=seconds(event),
                )
            )
