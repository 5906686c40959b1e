"""Writes a query's rows to a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from interfaces.engine.definitions.csv_header import header_line
from interfaces.engine.definitions.report_query import ReportQuery
from interfaces.engine.duckdb.query_watch import QueryWatch
from interfaces.host.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def copy_statement(sql: str, target: Path, header: str | None = None) -> str:
    """Write rows as CSV: cells quoted, null empty and unquoted, `\\n` after every line.

    header  a line to begin with; a query without rows leaves it followed by an empty line

    The header goes in as a prefix: as column names, keys that differ only in case would be renamed. A prefix must have
    a suffix, which then ends the last line.
    """
    options = "format csv, header false, force_quote *"
    if header is not None:
        options += f", prefix {quoted(header)}, suffix '\n'"
    return f"copy (\n{sql}\n) to {quoted(str(target.absolute()))} ({options})"


def write_at_once(connection: DuckDBPyConnection, query: ReportQuery, target: Path, watch: QueryWatch) -> int:
    """Write the whole file with one statement and give its number of lines below the header."""
    header = header_line(query.columns)
    rows = watch.run(connection, copy_statement(query.statement.sql, target, header), query.bound(query.statement))
    if rows == 0:
        target.write_text(header, encoding="utf-8")
    return rows
