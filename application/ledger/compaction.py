"""Compaction: small files of a ledger's tables become few, and no row changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from application.ledger.ledger_changes import LedgerChanges


@dataclass(frozen=True, slots=True)
class Compaction:
    """The result of a compaction.

    version     of the ledger; 0 for one that nothing was loaded into
    changed     False when there was nothing to merge
    unreadable  tables that cannot be read, and were left as they are
    """

    version: int
    changed: bool
    files_before: int
    files_after: int
    unreadable: Sequence[str] = ()


class LedgerCompaction:
    """Compacts ledgers, between loads."""

    def __init__(self, changes: LedgerChanges) -> None:
        self._changes = changes

    def compact(self, livemode: bool, progress: Callable[[str, float], None] = lambda what, part: None) -> Compaction:
        """Raises `LedgerBusy` while a load runs."""
        changes = self._changes
        with changes.exclusive(livemode):
            ledger = changes.find(livemode)
            if ledger is None:
                return Compaction(0, False, 0, 0)
            outcome = changes.writer.compact(ledger.pinned(), progress)
            changed = ledger.record_compaction(
                tables=outcome.tables,
                files_before=outcome.files_before,
                files_after=outcome.files_after,
                actor=changes.actor,
                at=changes.clock.now(),
            )
            if changed:
                changes.save(ledger)
        return Compaction(ledger.version, changed, outcome.files_before, outcome.files_after, outcome.unreadable)
