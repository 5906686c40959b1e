"""The tables of the queue of pending runs in PostgreSQL, and their compaction."""

from __future__ import annotations

from interfaces.storage.postgres.connection import SharedConnection
from interfaces.storage.postgres.database import QUEUE_LOCK, PostgresWriter

COMPACTED_TABLES = ("queue_accounts", "queue_leases", "queue_position", "queue_workers", "positions")
"""Small tables that every run changes several times."""

LEAST_BYTES = 16 * 1024
"""The size of a table from which a compaction may be worth it: two pages, some 200 versions of an account's row."""

GROWTH = 2
"""How many times its size after the last compaction a table reaches before the next."""

_COMPACT = """
select name, compacted.bytes as bytes_left
from unnest(:tables::text[], :bytes::bigint[]) as table_ (name, worth_it)
cross join lateral reportrun_compact(name, worth_it) as compacted (bytes)
where compacted.bytes is not null
"""


class PostgresQueueWriter(PostgresWriter):
    """While a long read keeps its snapshot, PostgreSQL keeps every version of a row, and whatever looks for the newest
    passes the others. A compaction copies the newest into an empty table, so that their number is bounded."""

    def __init__(self, shared: SharedConnection) -> None:
        super().__init__(shared, QUEUE_LOCK)
        self._worth = dict.fromkeys(COMPACTED_TABLES, LEAST_BYTES)

    def compact(self) -> None:
        """Compact each table that has grown; one that another process reads as a whole is left for the next time."""
        values = {"tables": list(self._worth), "bytes": list(self._worth.values())}
        for row in self.every(_COMPACT, values):
            self._worth[row["name"]] = max(LEAST_BYTES, GROWTH * row["bytes_left"])

    def close(self) -> None:
        """Nothing to do: the connection is closed with the log."""
