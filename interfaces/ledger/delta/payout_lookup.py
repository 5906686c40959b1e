"""Payout lookup in a pinned ledger, so that a report on an unknown payout is refused at once."""

from __future__ import annotations

from application.ports.ledger import LedgerReader
from domain.ledger.ledger import PinnedLedger


class PayoutLookup:
    def __init__(self, ledger: LedgerReader) -> None:
        self._ledger = ledger

    def has_payout(self, ledger: PinnedLedger, account: str, payout: str) -> bool:
        """Whether the account has the payout. Takes milliseconds: call it from a thread."""
        import duckdb

        files = self._ledger.files(ledger, "payouts")
        if not files:
            return False
        with duckdb.connect() as connection:
            found = connection.execute(
                "select 1 from read_parquet(?, hive_partitioning = false) where account = ? and id = ? limit 1",
                [files, account, payout],
            ).fetchone()
        return found is not None
