"""Opens a source file in the format that its name's extension says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import LedgerRefused
from domain.ledger.tables import ACCOUNT, Table
from interfaces.ledger.sources.column_names import names_of
from interfaces.ledger.sources.csv_files import csv_records
from interfaces.ledger.sources.json_files import json_records, one_object_a_line
from interfaces.ledger.sources.parquet_files import parquet_records
from interfaces.ledger.sources.records import Records
from interfaces.ledger.sources.table_names import ENDINGS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def open_source(
    connection: DuckDBPyConnection, path: Path, file: str, table: Table, owner_column: str | None, workspace: Path
) -> Records:
    """The records of a file.

    file       what messages call it
    workspace  a folder for copies

    Raises `LedgerRefused` for a file that is missing or not in that format.
    """
    import duckdb

    if not path.is_file():
        raise LedgerRefused("There is no such file.", file=file)
    ending = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    try:
        if ending == "csv":
            return csv_records(path, file, workspace)
        if ending == "parquet":
            return parquet_records(connection, path)
        if ending == "json":
            path = one_object_a_line(path, file, workspace)
        if ending in ("json", "jsonl", "ndjson"):
            return json_records(path, file, table, _names(table, owner_column), workspace)
    except duckdb.Error:
        raise LedgerRefused(f"The file cannot be read as {ending}.", file=file) from None
    raise LedgerRefused(f"The file's name must end in one of: {', '.join(ENDINGS)}.", file=file)


def _names(table: Table, owner_column: str | None) -> Sequence[str]:
    names = [name for column in table.columns for name in names_of(table, column)]
    return list(dict.fromkeys([*names, owner_column or ACCOUNT]))
