"""The event log in SQLite: the library's recorder, with appends of many requests in one transaction."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from application.log.export import LogExport, PositionedEvent, must_be_empty
from application.log.idempotency_records import Append, KeysRecorded
from application.log.log_check import Numbered
from application.ports.erasable_log import ForgottenKey, Replacement
from application.ports.seal_states import SealState
from application.ports.webhook_secrets import WebhookSecret
from domain.errors import StoreUnavailable
from interfaces.storage.backups.backup_format import escaped
from interfaces.storage.sql.event_rows import EVENT_COLUMNS, out_of_sequence_query
from interfaces.storage.sql.idempotency_records import COLUMNS as RECORD_COLUMNS
from interfaces.storage.sql.idempotency_records import KEY_COLUMNS, record_of, record_values, repeats_in
from interfaces.storage.sql.seal_state import GET as GET_SEAL
from interfaces.storage.sql.seal_state import PUT as PUT_SEAL
from interfaces.storage.sql.statements import statements
from interfaces.storage.sql.webhook_secrets import COLUMNS as SECRET_COLUMNS
from interfaces.storage.sqlite.connection import connect, preallocate_wal, translate_errors, translated_rows
from interfaces.storage.sqlite.data_files import file_at
from interfaces.storage.sqlite.file_guard import LogFileGuard
from interfaces.storage.sqlite.many import inserts

_EVENTS_AFTER = """
select rowid, originator_id, originator_version, topic, state
from stored_events
where rowid > ?
order by rowid
limit ?
"""

_EVENTS = "select rowid, originator_id, originator_version, topic, state from stored_events order by rowid"

_EVENTS_OF = """
select rowid, originator_id, originator_version, topic, state
from stored_events
where originator_id = ? and originator_version > ? and originator_version <= ?
order by originator_version
"""

_EVENTS_OF_TOPIC = """
select rowid, originator_id, originator_version, topic, state
from stored_events
where topic = ?
order by rowid
"""

_ERASE = """
update stored_events
set state = ?
where originator_id = ? and originator_version = ? and state = ?
"""

_FORGET_KEY = "delete from receipts where account = ? and livemode = ? and key = ?"

_RECORDED = f"""
with wanted (account, livemode, key) as (values {{keys}})
select {", ".join(f"receipts.{column}" for column in RECORD_COLUMNS)},
    (select coalesce(max(rowid), 0) from stored_events)
from wanted
cross join receipts using (account, livemode, key)
"""
"""The records of keys, each with the position of the last event. `cross join` keeps the order of the tables, so that
each key is looked up in the index."""

_ANY_VERSION = 2**62

_OUT_OF_SEQUENCE = out_of_sequence_query("stored_events", "rowid")

_NOT_UTF_8 = "Could not decode to UTF-8"
"""How SQLite's module says that a byte of a text is damaged."""


class SqliteRecorder(SQLiteApplicationRecorder):
    """Reads aggregates as the library does; appends through one connection that is durable at each commit."""

    def __init__(self, datastore: SQLiteDatastore, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name)
        self._file = file_at(datastore.pool.db_name)
        self._connection = connect(self._file, durable=True)
        self._reading = connect(self._file, durable=False)
        self._reading_lock = threading.Lock()
        self._lock = threading.Lock()
        for file in ("idempotency_records.sql", "webhook_secrets.sql", "seal_state.sql"):
            self._connection.execute(statements(file)["create"])
        self._guard: LogFileGuard | None = None

    def prepare(self) -> None:
        """Preallocate the write-ahead log; without that, appends are only slower."""
        with self._lock, suppress(StoreUnavailable, OSError), translate_errors(self._file):
            try:
                preallocate_wal(self._connection)
            finally:
                if self._connection.in_transaction:
                    self._connection.rollback()

    def append(self, appends: Sequence[Append]) -> list[int]:
        """Store all of them in one transaction; returns the position of the last event of each."""
        with self._lock:
            try:
                self._guarded().check()
                with translate_errors(self._file):
                    positions = self._append(appends)
                self._guarded().stored(max(positions, default=0))
                return positions
            except sqlite3.IntegrityError as conflict:
                self._connection.rollback()
                if repeats := self._repeats_in(appends):
                    raise repeats from conflict
                raise IntegrityError(conflict) from conflict
            finally:
                if self._connection.in_transaction:
                    self._connection.rollback()

    def check_files(self, position: int = 0) -> None:
        """Raises `LogFileChanged` when the log's files are not those that were opened.

        position  of an event that has been stored, by this process or another
        """
        self._guarded().stored(position)
        self._guarded().check()
        self._guarded().check_write_ahead_log()

    def _guarded(self) -> LogFileGuard:
        if self._guard is None:  # not before the tables have been created
            self._guard = LogFileGuard(self._file)
        return self._guard

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        if not stored_events:
            return []
        last = self.append([Append(stored_events)])[0]
        return range(last - len(stored_events) + 1, last + 1)

    def events_after(self, position: int, limit: int) -> Sequence[PositionedEvent]:
        return self._rows(_EVENTS_AFTER, (position, limit))

    def stored_events_of(self, id: str) -> Sequence[PositionedEvent]:
        return self._rows(_EVENTS_OF, (id, 0, _ANY_VERSION))

    def events_of_topic(self, topic: str) -> Sequence[PositionedEvent]:
        return self._rows(_EVENTS_OF_TOPIC, (topic,))

    def erase(
        self, replaced: Sequence[Replacement], recorded: Sequence[StoredEvent], forgotten: ForgottenKey | None = None
    ) -> int:
        """Replace the bytes of events; those before are overwritten in the file, not only marked as free."""
        with self._lock, translate_errors(self._file):
            self._guarded().check()
            self._connection.execute("pragma secure_delete = on")
            self._connection.execute("begin immediate")
            try:
                for one in replaced:
                    values = (one.after, one.id, one.version, one.before)
                    if self._connection.execute(_ERASE, values).rowcount != 1:
                        raise IntegrityError(f"event {one.version} of {one.id} has other bytes")
                if forgotten is not None:
                    scope, key = forgotten
                    self._connection.execute(_FORGET_KEY, (scope.account, int(scope.livemode), key))
                (position,) = self._insert([Append(recorded)])
                self._connection.execute("commit")
            except sqlite3.IntegrityError as conflict:
                raise IntegrityError(conflict) from conflict
            finally:
                if self._connection.in_transaction:
                    self._connection.rollback()
                self._connection.execute("pragma secure_delete = off")
            self._guarded().stored(position)
            return position

    def select_events(self, originator_id: UUID | str, **bounds: Any) -> Sequence[StoredEvent]:
        """As the library's, also where the text of a topic is damaged."""
        try:
            return super().select_events(originator_id, **bounds)
        except OperationalError as error:
            if _NOT_UTF_8 not in str(error):
                raise
        rows = self._rows(_EVENTS_OF, (originator_id, bounds.get("gt") or 0, bounds.get("lte") or _ANY_VERSION))
        in_order = rows[::-1] if bounds.get("desc") else rows
        return [StoredEvent(*row[1:]) for row in in_order[: bounds.get("limit")]]

    def out_of_sequence(self) -> Iterator[Numbered]:
        """The events that do not have the next version of their aggregate, or stand before an earlier one."""
        with translate_errors(self._file), closing(connect(self._file, durable=False)) as connection:
            connection.row_factory = None
            yield from connection.execute(_OUT_OF_SEQUENCE)

    def max_notification_id(self) -> int:
        with self._reading_lock, translate_errors(self._file):
            return self._reading.execute("select max(rowid) from stored_events").fetchone()[0] or 0

    def export_events(self) -> Iterator[PositionedEvent]:
        """Every event of one snapshot, while other processes append."""
        with self.export() as log:
            yield from log.events

    @contextmanager
    def export(self) -> Iterator[LogExport]:
        """The events, idempotency records and secrets of one snapshot, while other processes append."""
        with translate_errors(self._file), closing(connect(self._file, durable=False)) as connection:
            connection.row_factory = None
            connection.text_factory = escaped
            connection.execute("begin")
            records = connection.execute(f"select {', '.join(RECORD_COLUMNS)} from receipts")
            secrets = connection.execute(f"select {', '.join(SECRET_COLUMNS)} from webhook_secrets")
            seal = connection.execute(GET_SEAL).fetchone()
            yield LogExport(
                translated_rows(connection.execute(_EVENTS), self._file),
                map(record_of, translated_rows(records, self._file)),
                map(WebhookSecret._make, translated_rows(secrets, self._file)),
                None if seal is None else SealState(*seal),
            )

    def import_log(self, log: LogExport) -> None:
        """Import a backup, all of it or nothing. Raises `BackupRefused` unless the log is empty."""
        columns = ", ".join(RECORD_COLUMNS)
        with self._lock, translate_errors(self._file):
            self._connection.execute("begin immediate")
            try:
                must_be_empty(self._connection.execute(self.select_max_notification_id_statement).fetchone()[0] or 0)
                self._connection.executemany(
                    "insert into stored_events (rowid, originator_id, originator_version, topic, state) "
                    "values (?, ?, ?, ?, ?)",
                    log.events,
                )
                self._connection.executemany(
                    f"insert into receipts ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)", map(record_values, log.records)
                )
                self._connection.executemany(
                    f"insert into webhook_secrets ({', '.join(SECRET_COLUMNS)}) values (?, ?, ?)", log.secrets
                )
                if log.seal is not None:
                    self._connection.execute("delete from audit_seal")
                    self._connection.execute(PUT_SEAL, log.seal._asdict())
                self._connection.execute("commit")
            finally:
                if self._connection.in_transaction:
                    self._connection.rollback()

    def changes_seen(self) -> int:
        """A number that changes whenever another connection has committed to the log."""
        with self._lock:
            return int(self._connection.execute("pragma data_version").fetchone()[0])

    def integrity_fault(self, *, quick: bool = True) -> str | None:
        """What SQLite finds wrong with the file; None when it is intact. quick: without comparing indexes."""
        try:
            with self._lock:
                check = "quick_check" if quick else "integrity_check"
                (verdict,) = self._connection.execute(f"pragma {check}(1)").fetchone()
        except sqlite3.DatabaseError as error:
            return str(error)
        return None if verdict == "ok" else str(verdict)

    def close(self) -> None:
        self._connection.close()
        self._reading.close()

    def _rows(self, statement: str, values: tuple[Any, ...]) -> Sequence[PositionedEvent]:
        """The rows of a query; text that is no UTF-8 has its bytes escaped, so that the other rows can be read."""
        with self._reading_lock, translate_errors(self._file):
            try:
                return self._reading.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                if _NOT_UTF_8 not in str(error):
                    raise
            self._reading.text_factory = escaped
            try:
                return self._reading.execute(statement, values).fetchall()
            finally:
                self._reading.text_factory = str

    def _repeats_in(self, appends: Sequence[Append]) -> KeysRecorded | None:
        keys = [record_values(append.record)[:KEY_COLUMNS] for append in appends if append.record]
        if not keys:
            return None
        rows = self._connection.execute(_RECORDED.format(keys=", ".join(["(?, ?, ?)"] * len(keys))), sum(keys, ()))
        return repeats_in(appends, map(tuple, rows))

    def _append(self, appends: Sequence[Append]) -> list[int]:
        self._connection.execute("begin immediate")
        positions = self._insert(appends)
        self._connection.execute("commit")
        return positions

    def _insert(self, appends: Sequence[Append]) -> list[int]:
        """Within a transaction; gives the position of the last event of each."""
        (position,) = self._connection.execute(self.select_max_notification_id_statement).fetchone()
        position = position or 0  # the next rows follow it: nothing is ever deleted, and this transaction has the lock
        events = [(s.originator_id, s.originator_version, s.topic, s.state) for one in appends for s in one.events]
        records = [record_values(append.record) for append in appends if append.record]
        for statement, values in (
            *inserts("receipts", RECORD_COLUMNS, records),  # first: a key that is repeated is found at once
            *inserts("stored_events", EVENT_COLUMNS, events),
        ):
            self._connection.execute(statement, values)
        positions = []
        for append in appends:
            position += len(append.events)
            positions.append(position)
        return positions
