"""The command that declares for which time an account's data is complete, without loading rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eventsourcing.persistence import IntegrityError

from application.access.administration import Administration
from application.log.event_store import EventStore
from application.ports.clock import Clock
from application.ports.ledger import LedgerWriter
from domain.access.account import must_be_account_id
from domain.errors import LedgerBusy, LedgerRefused
from domain.ledger.availability import ALL_ACCOUNTS, Windows
from domain.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class DeclareComplete:
    """Declare for which time data is complete.

    account        owner of the data; the platform's when None; new ones are registered under the platform
    all_accounts   the data of every account instead
    complete_from, complete_through  in Unix seconds; None keeps what was declared
    """

    livemode: bool
    account: str | None = None
    all_accounts: bool = False
    complete_from: int | None = None
    complete_through: int | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """The result of a declaration.

    owner    the account; `ALL_ACCOUNTS` for all
    windows  the owner's, by table
    version  of the ledger
    changed  False when this was known
    """

    owner: str
    windows: Windows
    version: int
    changed: bool


class Completeness:
    """Declares completeness, between loads."""

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

    def declare(self, command: DeclareComplete) -> Declared:
        """Raises `LedgerRefused` for a time that cannot be, `LedgerBusy` while a load runs."""
        if command.complete_from is None and command.complete_through is None:
            raise LedgerRefused("Say from when or through when the ledger is complete: give --from, --through or both.")
        owner = ALL_ACCOUNTS if command.all_accounts else command.account or self._accounts.platform()
        if owner != ALL_ACCOUNTS:
            must_be_account_id(owner)
        with self._writer.exclusive(command.livemode):
            ledger = self._open(command.livemode)
            changed = ledger.declare_complete(
                owner=owner,
                created=self._writer.spans(ledger.pinned()),
                complete_through=command.complete_through,
                complete_from=command.complete_from,
                actor=self._actor,
                at=self._clock.now(),
            )
            self._accounts.connect_accounts({owner} - {ALL_ACCOUNTS})
            if changed:
                self._save(ledger)
        self._show()
        return Declared(owner, ledger.owners.get(owner, {}), ledger.version, changed)

    def _open(self, livemode: bool) -> Ledger:
        found = self._events.find(Ledger, Ledger.id_of(livemode))
        return found or Ledger.open(livemode=livemode, actor=self._actor, at=self._clock.now())

    def _save(self, ledger: Ledger) -> None:
        try:
            self._events.save(ledger)
        except IntegrityError:  # a load on another machine, which the load lock does not hold off, was first
            raise LedgerBusy from None
