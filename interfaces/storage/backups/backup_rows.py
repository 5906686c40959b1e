"""The rows of a backup's tables: a row that cannot be read, or has values of other types, is damage of the backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from application.log.export import BackupRefused


def rows_of(
    connection: sqlite3.Connection, file: Path, table: str, types: Mapping[str, type | tuple[type, ...]]
) -> Iterator[tuple[Any, ...]]:
    """The columns that have types, in their order. Raises `BackupRefused`, which shows no value: some are secret.

    types  column -> the type of its values
    """
    for row in read(connection, file, f"select {', '.join(types)} from {table}"):
        for (column, kind), value in zip(types.items(), row, strict=True):
            if not isinstance(value, kind):
                raise damaged(file, f"the {column} of a row in {table} has a value of another type")
        yield row


def read(connection: sqlite3.Connection, file: Path, query: str) -> Iterator[tuple[Any, ...]]:
    """Raises `BackupRefused` for what cannot be read; an error of SQLite would pass for one of the store written to."""
    try:
        yield from connection.execute(query)
    except sqlite3.Error as error:
        raise damaged(file, str(error)) from error


def damaged(file: Path, what: str) -> BackupRefused:
    return BackupRefused(f"The backup {file} is damaged: {what}. Restore another one.")
