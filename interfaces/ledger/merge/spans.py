"""The time spans of staged rows: from when until when a load brings data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.ledger.tables import Table
from interfaces.ledger.merge.staging_tables import staged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def staged_spans(
    connection: DuckDBPyConnection, tables: Sequence[Table], horizon: int | None
) -> dict[str, tuple[int, int]]:
    """Windowed table -> first and last `created` of its staged rows up to the horizon, in Unix seconds."""
    found = {}
    for table in _windowed(tables):
        (span,) = connection.execute(f"""
            select epoch_us(min(created)) // 1000000, epoch_us(max(created)) // 1000000
            from {staged(table)}
            where {_up_to(horizon)}""").fetchall()
        if span[0] is not None:
            found[table.name] = span
    return found


def rows_beyond(connection: DuckDBPyConnection, tables: Sequence[Table], horizon: int | None) -> int:
    """How many staged rows of windowed tables were created later than the horizon."""
    counts = [
        connection.execute(f"select count(*) from {staged(table)} where not {_up_to(horizon)}").fetchall()[0][0]
        for table in _windowed(tables)
    ]
    return sum(counts)


def _windowed(tables: Sequence[Table]) -> list[Table]:
    return [table for table in tables if table.windowed]


def _up_to(horizon: int | None) -> str:
    return "true" if horizon is None else f"(created <= make_timestamptz({horizon * 1_000_000}))"
