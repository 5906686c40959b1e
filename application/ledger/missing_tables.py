"""Missing tables: why reports are empty although the ledger has transactions."""

from __future__ import annotations

from collections.abc import Sequence

from application.ports.ledger import LedgerLookup
from domain.ledger.ledger import PinnedLedger


def missing_tables(needed: Sequence[str], ledger: PinnedLedger, lookup: LedgerLookup) -> Sequence[str]:
    """Those of the needed tables that the ledger has no rows of. A transaction may name its payout itself."""
    missing = [table for table in needed if table not in ledger.tables]
    links = "payout_balance_transactions"
    if links in missing and lookup.has_payout_ids(ledger):
        missing.remove(links)
    return missing
