"""Reads a backup: a file of a known format, and every event of it checked before an import is committed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from application.log.damage import LogFault
from application.log.export import BackupRefused, LogExport, PositionedEvent
from application.log.idempotency_records import IdempotencyRecord
from application.log.log_check import passed_on, sequence_faults, summary
from application.ports.seal_states import SealState
from application.ports.webhook_secrets import WebhookSecret
from domain.counting import counted
from interfaces.storage.backups.backup_format import VERSION, escaped, out_of_sequence
from interfaces.storage.sql.idempotency_records import COLUMNS, record_of
from interfaces.storage.sql.seal_state import COLUMNS as SEAL_COLUMNS
from interfaces.storage.sql.webhook_secrets import COLUMNS as SECRET_COLUMNS


@contextmanager
def opened_backup(file: Path, *, accept_damage: bool = False) -> Iterator[LogExport]:
    """What a backup holds, in the order of the log.

    accept_damage  give damaged events too, as they are

    Raises `BackupRefused` for a file that is no backup, or is of a later format; the events raise it at their end when
    some are damaged and that is not accepted: then an import is rolled back.
    """
    if not file.is_file():
        raise BackupRefused(f"There is no file {file}.")
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.text_factory = escaped
        try:
            version = _version(connection, file)
            faults = list(sequence_faults(out_of_sequence(connection)))
            yield LogExport(
                _events(connection, file, faults, accept_damage),
                _records(connection) if version > 1 else iter(()),
                _secrets(connection) if version > 2 else iter(()),
                _seal(connection) if version > 3 else None,
            )
        except sqlite3.DatabaseError as error:
            raise BackupRefused(f"{file} is not a backup of Reportrun: {error}.") from error


def _version(connection: sqlite3.Connection, file: Path) -> int:
    (damage,) = connection.execute("pragma quick_check(1)").fetchone()
    if damage != "ok":
        raise BackupRefused(f"The backup {file} is damaged: {damage}. Restore another one.")
    (version,) = connection.execute("pragma user_version").fetchone()
    if version > VERSION:
        raise BackupRefused(
            f"The backup {file} has format {version}, newer than this program, which knows {VERSION}. Run a newer "
            "version of Reportrun."
        )
    return int(version) or 1


def _events(
    connection: sqlite3.Connection, file: Path, faults: list[LogFault], accept_damage: bool
) -> Iterator[PositionedEvent]:
    rows = connection.execute(
        "select rowid, originator_id, originator_version, topic, state from stored_events order by rowid"
    )
    yield from passed_on(rows, faults.append)
    if faults and not accept_damage:
        raise BackupRefused(
            f"Nothing was restored: {counted(len(faults), 'damaged event')} in {file} ({summary(sorted(faults))}). "
            "Restore another backup; `restore --accept-damage` takes this one, and sets aside what is damaged."
        )


def _records(connection: sqlite3.Connection) -> Iterator[IdempotencyRecord]:
    yield from map(record_of, connection.execute(f"select {', '.join(COLUMNS)} from idempotency_records"))


def _secrets(connection: sqlite3.Connection) -> Iterator[WebhookSecret]:
    yield from map(WebhookSecret._make, connection.execute(f"select {', '.join(SECRET_COLUMNS)} from webhook_secrets"))


def _seal(connection: sqlite3.Connection) -> SealState | None:
    row = connection.execute(f"select {', '.join(SEAL_COLUMNS)} from audit_seal").fetchone()
    return None if row is None else SealState(*row)
