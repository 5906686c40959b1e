"""The command that declares for which time an account's data is complete, without loading rows."""

from __future__ import annotations

from dataclasses import dataclass

from application.ledger.ledger_changes import LedgerChanges
from domain.access.account import must_be_account_id
from domain.errors import LedgerRefused
from domain.ledger.availability import ALL_ACCOUNTS, Windows


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
    is_new   whether the account was registered by this
    """

    owner: str
    windows: Windows
    version: int
    changed: bool
    is_new: bool


class Completeness:
    """Declares completeness, between loads."""

    def __init__(self, changes: LedgerChanges) -> None:
        self._changes = changes

    def declare(self, command: DeclareComplete) -> Declared:
        """Raises `LedgerRefused` for a time that cannot be, `LedgerBusy` while a load runs."""
        if command.complete_from is None and command.complete_through is None:
            raise LedgerRefused("Say from when or through when the ledger is complete: give --from, --through or both.")
        changes = self._changes
        owner = ALL_ACCOUNTS if command.all_accounts else command.account or changes.accounts.platform()
        if owner != ALL_ACCOUNTS:
            must_be_account_id(owner)
        with changes.exclusive(command.livemode):
            ledger = changes.open(command.livemode)
            changed = ledger.declare_complete(
                owner=owner,
                created=changes.writer.spans(ledger.pinned()),
                complete_through=command.complete_through,
                complete_from=command.complete_from,
                actor=changes.actor,
                at=changes.clock.now(),
            )
            new = changes.accounts.connect_accounts({owner} - {ALL_ACCOUNTS})
            if changed:
                changes.save(ledger)
        return Declared(owner, ledger.owners.get(owner, {}), ledger.version, changed, bool(new))
