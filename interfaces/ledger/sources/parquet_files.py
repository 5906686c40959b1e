"""Parquet files: values come with their types, and keep them until a column says what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from interfaces.host.sql_text import file_literal, name
from interfaces.ledger.checks.conversions import Value
from interfaces.ledger.sources.column_names import header_key
from interfaces.ledger.sources.records import Records

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def parquet_records(connection: DuckDBPyConnection, path: Path) -> Records:
    """The records of a Parquet file, in its own order."""
    source = f"read_parquet({file_literal(path)}, hive_partitioning = false, file_row_number = true)"
    described = connection.execute(f"describe select * exclude (file_row_number) from {source}").fetchall()
    columns: dict[str, Value] = {}
    cells: list[str] = []
    for position, (column, type, *_) in enumerate(described):
        cells.append(f"{name(column)} as cell{position}")
        columns.setdefault(header_key(column), Value(f"cell{position}", type))
    query = f"select file_row_number + 1 as record, {', '.join(cells)} from {source}"
    return Records(query, tuple(column for column, *_ in described), columns)
