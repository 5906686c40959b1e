"""Lookups in a pinned ledger, so that a report on what it does not have is refused at once."""

from __future__ import annotations

from collections.abc import Sequence

from domain.ledger.ledger import PinnedLedger
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.lookups.parquet_rows import portions, rows_of, select_rows

_PAYOUT = """
    select 1
    from read_parquet($files, hive_partitioning = false)
    where account = $account and id = $payout
    limit 1
"""

_CATEGORY = """
    select 1
    from read_parquet($files, hive_partitioning = false)
    where list_contains($accounts, account) and reporting_category = $category
    limit 1
"""


class RowLookup:
    """Implements `LedgerLookup` over the Parquet files of a ledger."""

    def __init__(self, ledger: DeltaLedger) -> None:
        self._ledger = ledger

    def has_payout(self, ledger: PinnedLedger, account: str, payout: str) -> bool:
        files = [file for file in self._ledger.data_files(ledger, "payouts") if file.may_hold_id(payout)]
        values = {"account": account, "payout": payout}
        return any(
            rows_of(self._ledger.fetched(some), "payouts", _PAYOUT, values) for some in portions(self._ledger, files)
        )

    def may_have_category(self, ledger: PinnedLedger, accounts: Sequence[str], category: str) -> bool:
        if self._ledger.is_in_bucket:  # the whole table would be fetched
            return True
        values = {"accounts": list(accounts), "category": category}
        return bool(select_rows(self._ledger, ledger, "balance_transactions", _CATEGORY, values))

    def has_payout_ids(self, ledger: PinnedLedger) -> bool:
        return self._ledger.has_values(ledger, "balance_transactions", "payout_id")
