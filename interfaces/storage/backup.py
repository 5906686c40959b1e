"""Backups: the log of events as one SQLite file, whichever kind of store it comes from or goes to."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from application.log.export import BackupRefused, PositionedEvent
from domain.ids import random_id

_CREATE = """
create table stored_events (
    originator_id text,
    originator_version integer,
    topic text,
    state blob,
    primary key (originator_id, originator_version)
)
"""

EVENT_COLUMNS = ("originator_id", "originator_version", "topic", "state")


def write_backup(file: Path, events: Iterable[PositionedEvent]) -> int:
    """Write a backup to a temporary file, then rename it; returns the number of events."""
    if not file.parent.is_dir():
        raise BackupRefused(f"There is no folder {file.parent} to put a backup into.")
    if file.exists() and not file.is_file():
        raise BackupRefused(f"{file} is not a file that a backup can take the place of.")
    part = file.with_name(f".{random_id('part')}")
    try:
        connection = sqlite3.connect(part)
        try:
            connection.execute(_CREATE)
            connection.executemany(
                "insert into stored_events (rowid, originator_id, originator_version, topic, state) "
                "values (?, ?, ?, ?, ?)",
                events,
            )
            connection.commit()
            (count,) = connection.execute("select count(*) from stored_events").fetchone()
        finally:
            connection.close()
        _fsync(part)
        part.replace(file)
        _fsync(file.parent)
        return int(count)
    except sqlite3.Error as error:
        raise BackupRefused(f"The backup cannot be written to {file}: {error}.") from error
    finally:
        part.unlink(missing_ok=True)


def _fsync(path: Path) -> None:
    """Flush a file, or the entries of a folder, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_backup(file: Path) -> Iterable[PositionedEvent]:
    """Every event of a backup, in the order of the log. Raises `BackupRefused` for a file that is none."""
    if not file.is_file():
        raise BackupRefused(f"There is no file {file}.")
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        yield from connection.execute(
            "select rowid, originator_id, originator_version, topic, state from stored_events order by rowid"
        )
    except sqlite3.DatabaseError as error:
        raise BackupRefused(f"{file} is not a backup of Reportrun: {error}.") from error
    finally:
        connection.close()
