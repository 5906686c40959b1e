"""Reads a backup: a file of a known format, and every event of it checked before an import is committed."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

from application.log.export import BackupRefused, LogExport, PositionedEvent
from application.log.idempotency_records import IdempotencyRecord
from application.log.log_check import passed_on, sequence_faults, summary
from application.ports.seal_states import SealState
from application.ports.webhook_secrets import WebhookSecret
from domain.counting import counted
from interfaces.storage.backups.backup_format import VERSION, escaped, out_of_sequence
from interfaces.storage.backups.backup_rows import damaged, read, rows_of
from interfaces.storage.sql.idempotency_records import TYPES as RECORD_TYPES
from interfaces.storage.sql.idempotency_records import record_of
from interfaces.storage.sql.seal_state import TYPES as SEAL_TYPES
from interfaces.storage.sql.webhook_secrets import TYPES as SECRET_TYPES

_EVENTS = "select rowid, originator_id, originator_version, topic, state from stored_events order by rowid"
_FIRST = "select originator_id, originator_version, topic, state from stored_events order by rowid limit 1"


@contextmanager
def opened_backup(file: Path, *, accept_damage: bool = False) -> Iterator[LogExport]:
    """What a backup holds, in the order of the log.

    accept_damage  give damaged events too, as they are

    Raises `BackupRefused` for a file that is no backup, or is of a later format, or damaged; the events raise it when
    some of them are, and that is not accepted.
    """
    if not file.is_file():
        raise BackupRefused(f"There is no file {file}.")
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.text_factory = escaped
        try:
            version = _version(connection, file)
            yield LogExport(
                _Events(connection, file, accept_damage),
                _records(connection, file) if version > 1 else iter(()),
                _secrets(connection, file) if version > 2 else iter(()),
                _seal(connection, file) if version > 3 else None,
            )
        except sqlite3.DatabaseError as error:
            raise BackupRefused(f"{file} is not a backup of Reportrun: {error}.") from error


def first_event(file: Path) -> tuple[Any, ...] | None:
    """The id, version, topic and state of the first event of a backup, unchecked; None where it cannot be read."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            found: tuple[Any, ...] | None = connection.execute(_FIRST).fetchone()
        except sqlite3.DatabaseError:
            return None
        return found


def _version(connection: sqlite3.Connection, file: Path) -> int:
    (damage,) = connection.execute("pragma quick_check(1)").fetchone()
    if damage != "ok":
        raise damaged(file, damage)
    (version,) = connection.execute("pragma user_version").fetchone()
    if version > VERSION:
        raise BackupRefused(
            f"The backup {file} has format {version}, newer than this program, which knows {VERSION}. Run a newer "
            "version of Reportrun."
        )
    return int(version) or 1


class _Events:
    """The events of a backup. All are checked before the first is given, and can be read again.

    Raises `BackupRefused` when some are damaged and that is not accepted.
    """

    def __init__(self, connection: sqlite3.Connection, file: Path, accept_damage: bool) -> None:
        self._connection = connection
        self._file = file
        self._is_checked = accept_damage

    def __iter__(self) -> Iterator[PositionedEvent]:
        if not self._is_checked:
            self._check()
            self._is_checked = True
        return self._rows()

    def _check(self) -> None:
        faults = list(sequence_faults(out_of_sequence(self._connection)))
        deque(passed_on(self._rows(), faults.append), maxlen=0)
        if faults:
            raise BackupRefused(
                f"Nothing was restored: {counted(len(faults), 'damaged event')} in {self._file} "
                f"({summary(sorted(faults))}). Restore another backup; `restore --accept-damage` takes this one, and "
                "sets aside what is damaged."
            )

    def _rows(self) -> Iterator[PositionedEvent]:
        for row in read(self._connection, self._file, _EVENTS):
            if not isinstance(row[0], int) or row[0] < 1:
                raise damaged(self._file, f"an event has the position {row[0]}; the first one is 1")
            yield cast(PositionedEvent, row)


def _records(connection: sqlite3.Connection, file: Path) -> Iterator[IdempotencyRecord]:
    return map(record_of, rows_of(connection, file, "idempotency_records", RECORD_TYPES))


def _secrets(connection: sqlite3.Connection, file: Path) -> Iterator[WebhookSecret]:
    return map(WebhookSecret._make, rows_of(connection, file, "webhook_secrets", SECRET_TYPES))


def _seal(connection: sqlite3.Connection, file: Path) -> SealState | None:
    return next(map(SealState._make, rows_of(connection, file, "audit_seal", SEAL_TYPES)), None)
