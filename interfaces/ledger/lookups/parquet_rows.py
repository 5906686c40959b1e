"""Queries of single tables of a pinned ledger, with limits: they run in a server, beside its requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.errors import StoreUnavailable
from domain.ledger.ledger import PinnedLedger
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.delta.pinned_files import DataFile

MEMORY_LIMIT = "256MiB"

THREADS = 1


def select_rows(
    ledger: DeltaLedger, version: PinnedLedger, table: str, sql: str, values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """The result of a query that reads `read_parquet($files)`; nothing for a table without rows.

    values  of the other parameters of the query

    Raises `StoreUnavailable` when the table's files cannot be read.
    """
    return rows_of(ledger.files(version, table), table, sql, values)


def portions(ledger: DeltaLedger, files: Sequence[DataFile]) -> Iterator[Sequence[DataFile]]:
    """The files that are worth reading together: all of them, but one by one from a bucket, newest rows first.

    A caller that has found what it looks for fetches no more of them.
    """
    if not ledger.is_in_bucket:
        yield files
        return
    for file in sorted(files, key=lambda file: (file.last is None, file.last), reverse=True):
        yield (file,)


def rows_of(files: Sequence[str], table: str, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """As `select_rows`, of these files of the table."""
    import duckdb

    if not files:
        return []
    with duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY_LIMIT}) as connection:
        try:
            return connection.execute(sql, {"files": files, **values}).fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException, duckdb.OutOfMemoryException) as trouble:
            raise StoreUnavailable(
                f"The table {table} of the ledger cannot be read. `reportrun doctor` says what is wrong with it."
            ) from trouble
