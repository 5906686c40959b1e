"""The tables of the queue of pending runs in PostgreSQL, and their compaction."""

from __future__ import annotations

from interfaces.storage.postgres.connection import SharedConnection
from interfaces.storage.postgres.database import QUEUE_LOCK, PostgresWriter

COMPACTED_TABLES = ("queue_accounts", "queue_leases", "queue_position", "positions")
"""Small tables that every run changes several times."""

LEAST_BYTES = 256 * 1024
"""The size of a table from which a compaction may be worth it."""

GROWTH = 2
"""How many times its size after the last compaction a table reaches before the next."""


class PostgresQueueWriter(PostgresWriter):
    """While a long read keeps its snapshot, PostgreSQL keeps every version of a row, and whatever looks for the newest
    passes the others. A compaction copies the newest into an empty table, so that their number is bounded."""

    def __init__(self, shared: SharedConnection) -> None:
        super().__init__(shared, QUEUE_LOCK)
        self._worth = dict.fromkeys(COMPACTED_TABLES, LEAST_BYTES)

    def compact(self) -> None:
        """Compact each table that has grown; one that another process reads as a whole is left for the next time."""
        for table, bytes_worth_it in self._worth.items():
            row = self.one(
                "select reportrun_compact(:table, :bytes) as bytes", {"table": table, "bytes": bytes_worth_it}
            )
            left = row["bytes"] if row else None
            if left is not None:
                self._worth[table] = max(LEAST_BYTES, GROWTH * left)

    def integrity_fault(self) -> str | None:
        return None  # the database looks after its files

    def close(self) -> None:
        """Nothing to do: the connection is closed with the log."""
