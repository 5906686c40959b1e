"""Loading: new rows become a new version of the ledger, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eventsourcing.persistence import IntegrityError

from application.access.administration import Administration
from application.log.event_store import EventStore
from application.ports.clock import Clock
from application.ports.ledger import LedgerSource, LedgerWriter, LoadOrder
from domain.access.account import must_be_account_id
from domain.errors import LedgerBusy
from domain.ledger.availability import ALL_ACCOUNTS
from domain.ledger.ledger import Ledger, LoadedFile


@dataclass(frozen=True, slots=True)
class LoadFiles:
    """Load files into one mode's ledger.

    account           owner of the rows; the platform when None
    owner_column      a column that names the owner of each row instead
    complete_through  Unix seconds: the owner's data is complete until then; None: until the end of its last row's day
    """

    sources: Sequence[LedgerSource]
    livemode: bool
    account: str | None = None
    owner_column: str | None = None
    complete_through: int | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of a load. changed: False when every row was there already."""

    ledger: Ledger
    files: Sequence[LoadedFile]
    changed: bool


class Loading:
    """Loads files; one load at a time in each mode."""

    def __init__(
        self,
        events: EventStore,
        writer: LedgerWriter,
        accounts: Administration,
        clock: Clock,
        actor: str,
        show: Callable[[], object],
    ) -> None:
        self._events = events
        self._writer = writer
        self._accounts = accounts
        self._clock = clock
        self._actor = actor
        self._show = show

    def load(self, command: LoadFiles, progress: Callable[[str, float], None] = lambda what, part: None) -> Loaded:
        """Raises `LedgerRefused` for a row that fails a check, `LedgerBusy` while another load runs."""
        account = self._accounts.platform() if command.account is None else command.account
        must_be_account_id(account)
        with self._writer.exclusive(command.livemode):
            ledger = self._open(command.livemode)
            outcome = self._writer.write(
                LoadOrder(ledger.pinned(), command.sources, account, command.owner_column), progress
            )
            self._accounts.connect_accounts(outcome.owners | {account})
            changed = ledger.record_load(
                account=account,
                owner=account if command.owner_column is None else ALL_ACCOUNTS,
                tables=outcome.tables,
                files=outcome.files,
                created=outcome.created,
                brought=outcome.created_in_load,
                complete_through=command.complete_through,
                actor=self._actor,
                at=self._clock.now(),
            )
            if changed:
                self._save(ledger)
        self._show()
        return Loaded(ledger, outcome.files, changed)

    def _save(self, ledger: Ledger) -> None:
        try:
            self._events.save(ledger)
        except IntegrityError:  # a load on another machine, which the load lock does not hold off, was first
            raise LedgerBusy from None

    def _open(self, livemode: bool) -> Ledger:
        found = self._events.find(Ledger, Ledger.id_of(livemode))
        return found or Ledger.open(livemode=livemode, actor=self._actor, at=self._clock.now())
