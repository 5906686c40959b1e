"""Supplements: rows that a file tells of besides its own, added where the load and the ledger lack them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from domain.ledger.tables import ACCOUNT, Table
from interfaces.host.sql_text import text_list
from interfaces.ledger.merge.staging_tables import staged, supplementary

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def add_supplements(connection: DuckDBPyConnection, table: Table, stored: Callable[[Table], Sequence[str]]) -> None:
    """Stage the supplements of a table that are not staged and not stored; of several with a key, the first of each
    value counts.

    stored  the data files of a table
    """
    if not _is_there(connection, supplementary(table)):
        return
    key = (ACCOUNT, *table.key)
    matches = " and ".join(f"known.{column} = new.{column}" for column in key)
    known = [f"select {', '.join(key)} from {staged(table)}"]
    if files := stored(table):
        known.append(f"select {', '.join(key)} from read_parquet({text_list(files)}, hive_partitioning = false)")
    values = ["from_file", "record", *(column for column in table.columns if column not in table.key)]
    first = ", ".join(f"{_first(value)} as {value}" for value in values)
    month = f"month_of({_first('created')})" if table.partitioned else "null"
    connection.execute(f"""
        insert into {staged(table)} by name
        select {", ".join(f"new.{column}" for column in key)}, {first}, {month} as month,
            false as owner_named, false as deleted
        from (from {supplementary(table)} where not deleted) as new
        anti join ({" union all ".join(known)}) as known on {matches}
        group by {", ".join(f"new.{column}" for column in key)}""")
    connection.execute(f"drop table {supplementary(table)}")


def _first(value: str) -> str:
    return f"first(new.{value} order by new.from_file, new.record) filter (where new.{value} is not null)"


def _is_there(connection: DuckDBPyConnection, table: str) -> bool:
    found = connection.execute("select 1 from duckdb_tables() where table_name = ?", [table])
    return found.fetchone() is not None
