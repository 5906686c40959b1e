"""The ledger's tables as views for report SQL, each over the Parquet files of the pinned version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from domain.ledger.tables import ACCOUNT, TABLES, Kind, Table
from interfaces.engine.duckdb.quoting import literals

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SQL_TYPES = {
    Kind.TEXT: "varchar",
    Kind.INTEGER: "bigint",
    Kind.DECIMAL: "varchar",
    Kind.BOOLEAN: "boolean",
    Kind.TIME: "timestamptz",
    Kind.CURRENCY: "varchar",
    Kind.METADATA: "varchar",
}

_PARTITION = re.compile(r"/[^/=]+=[^/]*")
_WILDCARD = re.compile(r"[\[*?]")


class LedgerViews:
    """The views of one database. They stay from one report to the next, which replaces those whose files differ."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._shown: dict[str, list[str]] = {}

    def show(self, files: Mapping[str, list[str]]) -> None:
        """Let each table be made of exactly these Parquet files; of none, when it has no rows."""
        for table, paths in files.items():
            if self._shown.get(table) != paths:
                view = f"create or replace temp view {table} as {_rows_of_files(paths)}" if paths else empty_view(table)
                self._connection.execute(view)
                self._shown[table] = paths


def empty_view(table: str) -> str:
    """The statement that shows a table without rows."""
    return f"create or replace temp view {table} as {_no_rows(TABLES[table])}"


def folders_of(paths: Iterable[str]) -> set[str]:
    """The folders of the tables that these files belong to: new months come now and then, new tables hardly ever."""
    return {_table_folder(spelling) for path in paths for spelling in (path, _without_wildcards(path))}


def _table_folder(path: str) -> str:
    partition = _PARTITION.search(path)
    return path[: partition.start() + 1] if partition else path[: path.rindex("/") + 1]


def _rows_of_files(paths: list[str]) -> str:
    exact = literals([_without_wildcards(path) for path in paths])
    return f"select * from read_parquet({exact}, hive_partitioning = false)"


def _without_wildcards(path: str) -> str:
    """The pattern that this very path is the only match of; most paths are that themselves."""
    return _WILDCARD.sub(lambda found: f"[{found[0]}]", path)


def _no_rows(table: Table) -> str:
    columns = {ACCOUNT: Kind.TEXT, **table.columns}
    empty = ", ".join(f"cast(null as {SQL_TYPES[kind]}) as {name}" for name, kind in columns.items())
    return f"select {empty} where false"
