"""Loading: new rows become a new version of the ledger, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from application.ledger.ledger_changes import LedgerChanges
from application.ledger.month_hint import month_hint
from application.ledger.versions import versions_of
from application.ports.ledger import LedgerSource, LoadOrder, LoadOutcome
from domain.access.account import must_be_account_id
from domain.errors import LedgerRefused
from domain.instants import DAY_SECONDS, utc_text
from domain.ledger.availability import ALL_ACCOUNTS
from domain.ledger.ledger import Ledger
from domain.ledger.loaded_file import LoadedFile

HORIZON_SECONDS = 366 * DAY_SECONDS
"""Rows that were created later than a year ahead are probably wrong: they are loaded, and widen no window."""


@dataclass(frozen=True, slots=True)
class LoadFiles:
    """Load files into one mode's ledger.

    account           owner of the rows; the platform when None
    owner_column      a column that names the owner of each row instead
    complete_through  Unix seconds: the owner's data is complete until then; None: until the end of its last row's day
    complete_from     Unix seconds: the owner's data is complete from then on; None: from its first row's day
    strict            refuse files with columns that nothing reads
    ignore_before_opening  warn of rows that an opening balance holds already, instead of refusing them
    """

    sources: Sequence[LedgerSource]
    livemode: bool
    account: str | None = None
    owner_column: str | None = None
    complete_through: int | None = None
    complete_from: int | None = None
    strict: bool = False
    ignore_before_opening: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of a load.

    changed   False when every row was there already
    warnings  sentences about rows that are probably wrong, missing or left out
    hint      a sentence that says how to widen a window that holds no whole month; None for others
    """

    ledger: Ledger
    files: Sequence[LoadedFile]
    changed: bool
    warnings: Sequence[str] = ()
    hint: str | None = None


class Loading:
    """Loads files; one load at a time in each mode."""

    def __init__(self, changes: LedgerChanges) -> None:
        self._changes = changes

    def load(self, command: LoadFiles, progress: Callable[[str, float], None] = lambda what, part: None) -> Loaded:
        """Raises `LedgerRefused` for a row that fails a check and for a completeness that ends before it begins,
        `LedgerBusy` while another load runs."""
        changes = self._changes
        account = changes.accounts.platform() if command.account is None else command.account
        must_be_account_id(account)
        _must_begin_before_it_ends(command)
        with changes.exclusive(command.livemode):
            ledger = changes.open(command.livemode)
            outcome = changes.writer.write(
                LoadOrder(
                    ledger.pinned(),
                    command.sources,
                    account,
                    command.owner_column,
                    self._horizon(),
                    lambda: versions_of(changes.events, command.livemode),
                    command.strict,
                    command.ignore_before_opening,
                ),
                progress,
            )
            owner = _owner(command, account, outcome)
            changed = ledger.record_load(
                account=account,
                owner=owner,
                tables=outcome.tables,
                files=outcome.files,
                created=spans_of_windows(ledger, outcome),
                brought=outcome.created_in_load,
                complete_through=command.complete_through,
                complete_from=command.complete_from,
                actor=changes.actor,
                at=changes.clock.now(),
            )
            changes.accounts.connect_accounts(outcome.owners | {account})
            if changed:
                changes.save(ledger)
        hint = month_hint(ledger, owner, list(outcome.created_in_load), int(changes.clock.now().timestamp()))
        return Loaded(ledger, outcome.files, changed, _warnings(outcome), hint)

    def _horizon(self) -> int:
        return int(self._changes.clock.now().timestamp()) + HORIZON_SECONDS


def _owner(command: LoadFiles, account: str, outcome: LoadOutcome) -> str:
    """Who the load says something of: one account, or all when its rows name their owners."""
    return account if command.owner_column is None and outcome.owners <= {account} else ALL_ACCOUNTS


def _must_begin_before_it_ends(command: LoadFiles) -> None:
    begin, end = command.complete_from, command.complete_through
    if begin is not None and end is not None and begin >= end:
        raise LedgerRefused(
            f"The ledger cannot be complete from {utc_text(begin)} through {utc_text(end)}: the first lies not before "
            "the second."
        )


def spans_of_windows(ledger: Ledger, outcome: LoadOutcome) -> dict[str, tuple[int, int]]:
    """First and last `created` of tables that have a window; as last known, of a table that cannot be read now."""
    known = {table: (window.start, window.end) for table, window in ledger.windows.items()}
    known |= outcome.created
    return {table: span for table, span in known.items() if table in outcome.created_in_load or table in ledger.windows}


def _warnings(outcome: LoadOutcome) -> list[str]:
    warnings = [
        f"The last version of {table} cannot be read, so this load was built on an earlier one. `reportrun doctor` "
        "says what to load again."
        for table in outcome.rolled_back
    ]
    warnings += outcome.warnings
    if outcome.beyond_horizon:
        rows = "1 row is" if outcome.beyond_horizon == 1 else f"{outcome.beyond_horizon:,} rows are"
        warnings.append(
            f"{rows} dated more than a year ahead. Such rows are loaded, but they do not widen the data window."
        )
    return warnings
