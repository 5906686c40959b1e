"""Staging tables: their names, which deleted rows they hold, and the check that a load holds each row once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.errors import LedgerRefused
from domain.ledger.tables import ACCOUNT, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def staged(table: Table) -> str:
    """The name of a table's staging table."""
    return f"staged_{table.name}"


def supplementary(table: Table) -> str:
    """The name of the staging table of rows that are only added where a table lacks them."""
    return f"supplementary_{table.name}"


def drop_deleted_without_data(connection: DuckDBPyConnection, table: Table, staging_table: str) -> int:
    """Drop staged rows that are marked as deleted, and fail a check or are an id alone. Returns how many."""
    is_key_alone = " and ".join(f"{column} is null" for column in table.columns if column not in table.key) or "false"
    without_data = f"delete from {staging_table} where deleted and (failed_check is not null or {is_key_alone})"
    (dropped,) = connection.execute(without_data).fetchone() or (0,)
    return int(dropped)


def has_duplicates(connection: DuckDBPyConnection, table: Table) -> bool:
    """Whether two staged rows have the same key. Digests come first: they take less time and memory than keys."""
    key = ", ".join((ACCOUNT, *table.key))
    return _repeats(connection, table, f"hash({key})") and _repeats(connection, table, key)


def _repeats(connection: DuckDBPyConnection, table: Table, expression: str) -> bool:
    found = connection.execute(f"select 1 from {staged(table)} group by {expression} having count(*) > 1 limit 1")
    return found.fetchone() is not None


def drop_repeated(connection: DuckDBPyConnection, table: Table) -> dict[int, int]:
    """Drop rows that the load has again: with a newer time stamp, or with the same values.

    Returns position of a file -> how many of its rows.
    """
    key = ", ".join((ACCOUNT, *table.key))
    values = ", ".join((ACCOUNT, "deleted", *table.columns))
    superseded = f"""
        select rowid, from_file from {staged(table)}
        window of_key as (partition by {key})
        qualify count(stamp) over of_key = count(*) over of_key and stamp < max(stamp) over of_key"""
    same = f"""
        select rowid, from_file from {staged(table)}
        qualify row_number() over (partition by {values} order by from_file, record) > 1"""
    counts: Counter[int] = Counter()
    for repeated in (superseded, same):
        connection.execute(f"create or replace temp table repeated as {repeated}")
        counts.update(dict(connection.execute("select from_file, count(*) from repeated group by all").fetchall()))
        connection.execute(f"delete from {staged(table)} where rowid in (select rowid from repeated)")
    connection.execute("drop table repeated")
    return dict(counts)


def refuse_duplicates(connection: DuckDBPyConnection, table: Table, files: Sequence[str]) -> None:
    """Raises `LedgerRefused` when two staged rows have the same key, and names both. files: the names of the sources"""
    key = ", ".join((ACCOUNT, *table.key))
    order = "order by from_file, record"
    row = connection.execute(f"""
        select from_file, record, first_file, first_record, key_text
        from (
            select
                from_file, record,
                first(from_file) over key as first_file,
                first(record) over key as first_record,
                row_number() over key as occurrence,
                shown(concat_ws(', ', {", ".join(table.key)})) as key_text
            from {staged(table)}
            window key as (partition by {key} {order})
        )
        where occurrence = 2 {order} limit 1""").fetchone()
    if row is None:
        return
    position, record, first_position, first_record, key_text = row
    where = "" if position == first_position else f" of {files[first_position]}"
    raise LedgerRefused(
        f"{key_text} is already in row {first_record}{where}. A load holds each row once.",
        file=files[position],
        row=record,
        column=table.key[0],
    )
