"""Damages single rows or pages of a SQLite log, as a broken disk does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def change_event(folder: Path, id: str, version: int, **columns: object) -> None:
    """Give columns of one event other values."""
    assignments = ", ".join(f"{name} = ?" for name in columns)
    _execute(
        folder,
        f"update stored_events set {assignments} where originator_id = ? and originator_version = ?",
        *columns.values(),
        id,
        version,
    )


def delete_event(folder: Path, id: str, version: int) -> None:
    _execute(folder, "delete from stored_events where originator_id = ? and originator_version = ?", id, version)


def overwrite_page(folder: Path, table: str) -> None:
    """Write over the second page with rows of a table, which opening the log does not read."""
    log = folder / "events.db"
    with closing(sqlite3.connect(log)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        ((offset, size),) = connection.execute(
            "select pgoffset, pgsize from dbstat where name = ? and pagetype = 'leaf' order by path limit 1 offset 1",
            (table,),
        ).fetchall()
    with log.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xa5" * size)


def _execute(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "events.db")) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1
