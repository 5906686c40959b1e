"""The records of a source file, by its format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.errors import LedgerRefused
from domain.ledger.tables import ACCOUNT, Table
from interfaces.ledger.sources.column_names import names_of
from interfaces.ledger.sources.csv_text.csv_files import records_of_csv
from interfaces.ledger.sources.json_text.json_files import json_records, raw_table_records
from interfaces.ledger.sources.parquet_files import parquet_records
from interfaces.ledger.sources.records import Records
from interfaces.ledger.sources.source_file import SourceFile
from interfaces.ledger.sources.workspace import Workspace

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def records_of(
    connection: DuckDBPyConnection, file: SourceFile, table: Table, owner_column: str | None, workspace: Workspace
) -> Records:
    """The records of a file. Raises `LedgerRefused` when it is not in the format that its name says."""
    import duckdb

    names = names_in(table, owner_column)
    try:
        if file.format == "csv":
            records = records_of_csv(file, workspace)
        elif file.format == "parquet":
            records = parquet_records(connection, file.path)
        else:
            return json_records(connection, file, table, names, workspace)
        return raw_table_records(connection, records, table, names)
    except duckdb.Error:
        raise LedgerRefused(f"The file cannot be read as {file.format}.", file=file.name) from None


def names_in(table: Table, owner_column: str | None = None) -> Sequence[str]:
    """The names by which a file may have a table's columns, and its owner."""
    names = [name for column in table.columns for name in names_of(table, column)]
    return list(dict.fromkeys([*names, owner_column or ACCOUNT]))
