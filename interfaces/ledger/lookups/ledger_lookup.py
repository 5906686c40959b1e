"""Lookups in a pinned ledger, so that a report on what it does not have is refused at once."""

from __future__ import annotations

from typing import Any

from domain.ledger.ledger import PinnedLedger
from interfaces.ledger.delta.delta_ledger import DeltaLedger


class RowLookup:
    """Implements `LedgerLookup` over the Parquet files of a ledger."""

    def __init__(self, ledger: DeltaLedger) -> None:
        self._ledger = ledger

    def has_payout(self, ledger: PinnedLedger, account: str, payout: str) -> bool:
        return self._has_row(ledger, "payouts", "account = ? and id = ?", account, payout)

    def has_category(self, ledger: PinnedLedger, category: str) -> bool:
        return self._has_row(ledger, "balance_transactions", "reporting_category = ?", category)

    def has_payout_ids(self, ledger: PinnedLedger) -> bool:
        return self._ledger.has_values(ledger, "balance_transactions", "payout_id")

    def _has_row(self, ledger: PinnedLedger, table: str, condition: str, *values: Any) -> bool:
        import duckdb

        files = self._ledger.files(ledger, table)
        if not files:
            return False
        with duckdb.connect() as connection:
            found = connection.execute(
                f"select 1 from read_parquet(?, hive_partitioning = false) where {condition} limit 1",
                [files, *values],
            ).fetchone()
        return found is not None
