"""Repair: a ledger whose last version cannot be read goes back, table by table, to what can be."""

from __future__ import annotations

from application.ledger.ledger_changes import LedgerChanges
from application.ledger.versions import versions_of
from domain.ledger.ledger import Ledger


class LedgerRepair:
    def __init__(self, changes: LedgerChanges) -> None:
        self._changes = changes

    def repair(self, livemode: bool) -> list[str]:
        """Give damaged tables a version that can be read, and make it the one that readers see.

        Returns these tables. The rows of later loads are missing until those are loaded again.
        """
        changes = self._changes
        with changes.exclusive(livemode):
            ledger = changes.find(livemode)
            if ledger is None:
                return []
            versions = changes.writer.roll_back(ledger.pinned(), versions_of(changes.events, livemode))
            if versions:
                self._record(ledger, versions)
        return list(versions)

    def _record(self, ledger: Ledger, versions: dict[str, int]) -> None:
        """A load of no files: windows stay, because the rows of lost loads are to come back."""
        platform = self._changes.accounts.platform()
        ledger.record_load(
            account=platform,
            owner=platform,
            tables={**ledger.tables, **versions},
            files=[],
            created={table: (window.start, window.end) for table, window in ledger.windows.items()},
            brought={},
            complete_through=None,
            actor=self._changes.actor,
            at=self._changes.clock.now(),
        )
        self._changes.save(ledger)
