"""The ledger's tables for report SQL: views over the Parquet files of the pinned version, or small copies of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from domain.ledger.tables import ACCOUNT, SQL_TYPES, TABLES, Kind, Table
from interfaces.host.sql_text import exactly, text_list

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PARTITION = re.compile(r"/[^/=]+=[^/]*")


class LedgerViews:
    """The tables of one database. They stay from one report to the next, which replaces those whose files differ.

    A view opens its files for each query, which takes most of a small report's time. So a small table that is read
    again from the same files is read from memory from then on.
    """

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._shown: dict[str, list[str]] = {}
        self._in_memory: set[str] = set()

    def show(self, files: Mapping[str, list[str]], small: Collection[str] = ()) -> None:
        """Let each table be made of exactly these Parquet files; of none, when it has no rows.

        small  the tables that may be held in memory
        """
        for table, paths in files.items():
            if self._shown.get(table) != paths:
                self._show_files(table, paths)
            elif table in small and paths and table not in self._in_memory:
                self._show_copy(table)

    def _show_files(self, table: str, paths: list[str]) -> None:
        if table in self._in_memory:
            self._in_memory.remove(table)
            self._connection.execute(f"drop table {table}")
        view = f"create or replace temp view {table} as {_rows_of_files(paths)}" if paths else empty_view(table)
        self._connection.execute(view)
        self._shown[table] = paths

    def _show_copy(self, table: str) -> None:
        """Put a table with the view's rows into its place."""
        copy = f"copy_of_{table}"
        for statement in (
            f"create or replace temp table {copy} as from {table}",
            f"drop view {table}",
            f"alter table {copy} rename to {table}",
        ):
            self._connection.execute(statement)
        self._in_memory.add(table)


def empty_view(table: str) -> str:
    """The statement that shows a table without rows."""
    return f"create or replace temp view {table} as {_no_rows(TABLES[table])}"


def folders_of(paths: Iterable[str]) -> set[str]:
    """The folders of the tables that these files belong to: new months come now and then, new tables hardly ever."""
    return {_table_folder(spelling) for path in paths for spelling in (path, exactly(path))}


def _table_folder(path: str) -> str:
    partition = _PARTITION.search(path)
    return path[: partition.start() + 1] if partition else path[: path.rindex("/") + 1]


def _rows_of_files(paths: list[str]) -> str:
    exact = text_list([exactly(path) for path in paths])
    return f"select * from read_parquet({exact}, hive_partitioning = false)"


def _no_rows(table: Table) -> str:
    columns = {ACCOUNT: Kind.TEXT, **table.columns}
    empty = ", ".join(f"cast(null as {SQL_TYPES[kind]}) as {name}" for name, kind in columns.items())
    return f"select {empty} where false"
