"""Backups: the log of events as one SQLite file, from either store and into either store."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from domain.errors import ReportrunError
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

PositionedEvent = tuple[int, str, int, str, bytes]
"""Position in the log, aggregate's id and version, topic, state."""


class BackupRefused(ReportrunError):
    """A file that is no backup or cannot become one, or a store that is not empty."""


def write_backup(file: Path, events: Iterable[PositionedEvent]) -> int:
    """Write a backup beside its place, then put it there; gives the number of events."""
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
        _to_disk(part)
        part.replace(file)
        _to_disk(file.parent)
        return int(count)
    except sqlite3.Error as trouble:
        raise BackupRefused(f"The backup cannot be written to {file}: {trouble}.") from trouble
    finally:
        part.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Make sure that a power cut does not lose a file, or what a folder holds."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read_backup(file: Path) -> Iterable[PositionedEvent]:
    """Every event of a backup, in the order of the log. Raises `BackupRefused` for a file that is none."""
    if not file.is_file():
        raise BackupRefused(f"There is no file {file}.")
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        yield from connection.execute(
            "select rowid, originator_id, originator_version, topic, state from stored_events order by rowid"
        )
    except sqlite3.DatabaseError as trouble:
        raise BackupRefused(f"{file} is not a backup of Reportrun: {trouble}.") from trouble
    finally:
        connection.close()


def must_be_empty(last_position: int) -> None:
    """Raises `BackupRefused` where a restore would mix two histories."""
    if last_position:
        raise BackupRefused("The store has events already. A backup is restored into an empty one only.")
