"""Writes a backup: every row is checked, and the file appears under its name only when it is whole."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from application.log.damage import LogFault
from application.log.export import BackupRefused, LogExport
from application.log.log_check import passed_on, sequence_faults, summary
from domain.counting import counted
from domain.ids import random_id
from interfaces.host.disk.fsync import fsync
from interfaces.storage.backups.backup_format import CREATE, out_of_sequence
from interfaces.storage.sql.idempotency_records import record_values


def write_backup(file: Path, log: LogExport, *, accept_damage: bool = False) -> tuple[int, list[LogFault]]:
    """Write a backup to a temporary file, then rename it; gives the number of events, and those that are damaged.

    accept_damage  write damaged events too, as they are, and mark them

    Raises `BackupRefused` with the damaged events, unless they are accepted.
    """
    if not file.parent.is_dir():
        raise BackupRefused(f"There is no folder {file.parent} to put a backup into.")
    if file.exists() and not file.is_file():
        raise BackupRefused(f"{file} is not a file that a backup can take the place of.")
    part = file.with_name(f".{random_id('part')}")
    try:
        connection = sqlite3.connect(part)
        try:
            count, faults = _fill(connection, log)
        finally:
            connection.close()
        if faults and not accept_damage:
            raise BackupRefused(
                f"No backup was written: {counted(len(faults), 'event is', 'events are')} damaged ({summary(faults)}). "
                "`backup --accept-damage` writes them as they are, and marks them. Keep the older backups."
            )
        fsync(part)
        part.replace(file)
        fsync(file.parent)
        return count, faults
    except sqlite3.Error as error:
        raise BackupRefused(f"The backup cannot be written to {file}: {error}.") from error
    finally:
        part.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, log: LogExport) -> tuple[int, list[LogFault]]:
    faults: list[LogFault] = []
    connection.executescript(CREATE)
    connection.executemany(
        "insert into stored_events (rowid, originator_id, originator_version, topic, state) values (?, ?, ?, ?, ?)",
        passed_on(log.events, faults.append),
    )
    connection.executemany(
        "insert into idempotency_records values (?, ?, ?, ?, ?, ?, ?, ?)", map(record_values, log.records)
    )
    connection.executemany("insert into webhook_secrets values (?, ?, ?)", log.secrets)
    if log.seal is not None:
        connection.execute("insert into audit_seal values (?, ?, ?, ?, ?, ?, ?, ?)", log.seal)
    faults = sorted((*faults, *sequence_faults(out_of_sequence(connection))))
    connection.executemany("insert into damaged_events values (?, ?, ?, ?)", faults)
    connection.commit()
    (count,) = connection.execute("select count(*) from stored_events").fetchone()
    return int(count), faults
