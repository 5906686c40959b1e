"""Parquet files: values come with their types, and keep them until a column says what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from interfaces.ledger.column_names import header_key
from interfaces.ledger.conversions import Value
from interfaces.ledger.records import Records
from interfaces.ledger.sql_text import name, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def parquet_records(connection: DuckDBPyConnection, path: Path) -> Records:
    """The records of a Parquet file, in its own order."""
    source = f"read_parquet({quoted(str(path))}, hive_partitioning = false, file_row_number = true)"
    values: dict[str, Value] = {}
    for column, type, *_ in connection.execute(f"describe select * from {source}").fetchall():
        values.setdefault(header_key(column), Value(name(column), type))
    return Records(f"select file_row_number + 1 as record, * from {source}", values)
