"""What every command that changes a ledger has in common: the load lock, the aggregate, and saving it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from eventsourcing.persistence import IntegrityError

from application.access.administration import Administration
from application.log.event_store import EventStore
from application.ports.clock import Clock
from application.ports.ledger import LedgerWriter
from domain.errors import LedgerBusy, StoreUnavailable
from domain.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class LedgerChanges:
    """Changes of ledgers, one at a time in each mode.

    actor  who makes them
    show   brings every view up to date
    """

    events: EventStore
    writer: LedgerWriter
    accounts: Administration
    clock: Clock
    actor: str
    show: Callable[[], object]

    @contextmanager
    def exclusive(self, livemode: bool) -> Iterator[None]:
        """Hold one mode's ledger, and show what was changed afterwards.

        Raises `LedgerBusy` while another holds it, and `StoreUnavailable` when what is stored cannot be shown now.
        """
        with self.writer.exclusive(livemode):
            yield
        try:
            self.show()
        except StoreUnavailable as trouble:
            raise StoreUnavailable(
                "The ledger was changed, and the change is stored, but it cannot be shown now. It will be when the "
                f"database can be used again. {trouble}"
            ) from trouble

    def find(self, livemode: bool) -> Ledger | None:
        return self.events.find(Ledger, Ledger.id_of(livemode))

    def open(self, livemode: bool) -> Ledger:
        """The ledger, a new one if there is none."""
        return self.find(livemode) or Ledger.open(livemode=livemode, actor=self.actor, at=self.clock.now())

    def save(self, ledger: Ledger) -> None:
        """Raises `LedgerBusy` when another machine, which the load lock does not hold off, changed the ledger first."""
        try:
            self.events.save(ledger)
        except IntegrityError:
            raise LedgerBusy from None
