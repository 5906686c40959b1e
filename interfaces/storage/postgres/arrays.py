"""Inserts of any number of rows in one statement, with an array for each column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interfaces.storage.postgres.connection import Connection

_TYPES = """
select attname as name, format_type(atttypid, atttypmod) as type
from pg_attribute
where attrelid = %s::regclass and attnum > 0 and not attisdropped
"""


def column_arrays(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """The columns of rows that have `width` values each."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def array_insert(connection: Connection, table: str, columns: Sequence[str]) -> str:
    """The statement that inserts the arrays of `column_arrays`."""
    types = {row["name"]: row["type"] for row in connection.execute(_TYPES, (table,)).fetchall()}
    arrays = ", ".join(f"%b::{types[column]}[]" for column in columns)
    return f"insert into {table} ({', '.join(columns)}) select * from unnest({arrays})"
