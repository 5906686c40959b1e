"""The event log in PostgreSQL: the library's recorder, with appends of many requests in one transaction."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from eventsourcing.persistence import BaseInfrastructureFactory, IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresFactory
from eventsourcing.utils import EnvType
from psycopg.rows import tuple_row

from application.log.export import LogExport, PositionedEvent, must_be_empty
from application.log.idempotency_records import Append, KeysRecorded
from application.log.log_check import Numbered
from application.ports.erasable_log import ForgottenKey, Replacement
from application.ports.seal_states import SealState
from application.ports.webhook_secrets import WebhookSecret
from interfaces.storage.postgres.arrays import column_arrays
from interfaces.storage.postgres.connection import (
    ANSWER_SECONDS,
    Connection,
    SharedConnection,
    connect,
    statement,
    translate_errors,
)
from interfaces.storage.sql.event_rows import EVENT_COLUMNS, out_of_sequence_query
from interfaces.storage.sql.idempotency_records import COLUMNS as RECORD_COLUMNS
from interfaces.storage.sql.idempotency_records import KEY_COLUMNS, record_of, record_values, repeats_in
from interfaces.storage.sql.seal_state import GET as GET_SEAL
from interfaces.storage.sql.seal_state import PUT as PUT_SEAL
from interfaces.storage.sql.webhook_secrets import COLUMNS as SECRET_COLUMNS

_APPEND = """
select reportrun_append(
    %b::text[], %b::bigint[], %b::text[], %b::bytea[],
    %b::text[], %b::integer[], %b::text[], %b::bytea[], %b::integer[], %b::bytea[], %b::text[], %b::bigint[]
) as positions
"""
"""An array for each column of events and records; binary arrays (`%b`) take a fraction of the time."""

CHANNEL = "reportrun_events"

_EVENTS_AFTER = """
select notification_id, originator_id, originator_version, topic, state
from reportrun_events
where notification_id > %s
order by notification_id
limit %s
"""

_EVENTS_OF = """
select notification_id, originator_id, originator_version, topic, state
from reportrun_events
where originator_id = %s
order by originator_version
"""

_EVENTS_OF_TOPIC = """
select notification_id, originator_id, originator_version, topic, state
from reportrun_events
where topic = %s
order by notification_id
"""

_ERASE = """
update reportrun_events
set state = %s
where originator_id = %s and originator_version = %s and state = %s
"""

_FORGET_KEY = "delete from receipts where account = %s and livemode = %s and key = %s"

_LAST = "select max(notification_id) from reportrun_events"

_OUT_OF_SEQUENCE = out_of_sequence_query(CHANNEL, "notification_id")

_RECORDED = f"""
select {", ".join(RECORD_COLUMNS)}, (select coalesce(max(notification_id), 0) from {CHANNEL})
from receipts
join unnest(%b::text[], %b::integer[], %b::text[]) as wanted (account, livemode, key)
    using (account, livemode, key)
"""

_IMPORTED_COLUMNS = "notification_id, originator_id, originator_version, topic, state"


class SharedDatastore(PostgresDatastore):
    """The library's datastore, which reads over the connection that a process shares; its pool stays closed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.shared = SharedConnection(url)
        super().__init__("", "", "", "", "", originator_id_type="text", pool_size=1, max_overflow=0, pre_ping=True)

    @contextmanager
    def get_connection(self) -> Iterator[Connection]:
        with self.shared.open(ANSWER_SECONDS) as connection:
            yield connection

    def register_type_adapters(self) -> None:
        """Nothing to do: row types are for the library's database functions, which are not used."""


class UrlFactory(PostgresFactory):
    """Makes the recorder of `eventsourcing` when `PERSISTENCE_MODULE` names this class."""

    URL = "POSTGRES_URL"

    def __init__(self, env: EnvType) -> None:
        BaseInfrastructureFactory.__init__(self, env)
        self._shared_datastore = SharedDatastore(str(self.env.get(self.URL)))
        self.datastore = self._shared_datastore

    def application_recorder(self) -> PostgresRecorder:
        return PostgresRecorder(self._shared_datastore)


class PostgresRecorder(PostgresApplicationRecorder):
    """Reads aggregates as the library does; reads the log, and appends to it, over the shared connection.

    An append is one call of a database function that keeps positions in order: see `0004_append.sql`. It is not retried
    when a connection breaks: whether it was committed is unknown then, and the caller decides.
    """

    # the library's reads without its retries, which last for half a minute while a request waits
    select_events = PostgresApplicationRecorder.select_events.__wrapped__
    select_notifications = PostgresApplicationRecorder.select_notifications.__wrapped__

    def __init__(self, datastore: SharedDatastore) -> None:
        super().__init__(datastore, events_table_name=CHANNEL)
        self._url = datastore.url
        self.shared = datastore.shared

    def append(self, appends: Sequence[Append]) -> list[int]:
        """Store all of them in one transaction; returns the position of the last event of each."""
        events = [
            (event.originator_id, event.originator_version, event.topic, event.state)
            for append in appends
            for event in append.events
        ]
        records = [record_values(append.record) for append in appends if append.record]
        try:
            with self.shared.open() as connection:
                appended = connection.execute(_APPEND, _arrays(events, records)).fetchone()
        except psycopg.errors.UniqueViolation as conflict:
            if repeats := self._repeats_in(appends):
                raise repeats from conflict
            raise IntegrityError(str(conflict)) from conflict
        assert appended is not None
        counts = itertools.accumulate(len(append.events) for append in appends)
        return [int(appended["positions"][count - 1]) for count in counts]

    def _repeats_in(self, appends: Sequence[Append]) -> KeysRecorded | None:
        keys = [record_values(append.record)[:KEY_COLUMNS] for append in appends if append.record]
        with self.shared.open() as connection:
            cursor = connection.cursor(row_factory=tuple_row)
            return repeats_in(appends, cursor.execute(_RECORDED, column_arrays(keys, KEY_COLUMNS)).fetchall())

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        if not stored_events:
            return []
        last = self.append([Append(stored_events)])[0]
        return range(last - len(stored_events) + 1, last + 1)

    def events_after(self, position: int, limit: int) -> Sequence[PositionedEvent]:
        with self._cursor() as cursor:
            return cursor.execute(_EVENTS_AFTER, (position, limit)).fetchall()

    def stored_events_of(self, id: str) -> Sequence[PositionedEvent]:
        with self._cursor() as cursor:
            return cursor.execute(_EVENTS_OF, (id,)).fetchall()

    def events_of_topic(self, topic: str) -> Sequence[PositionedEvent]:
        with self._cursor() as cursor:
            return cursor.execute(_EVENTS_OF_TOPIC, (topic,)).fetchall()

    def erase(
        self, replaced: Sequence[Replacement], recorded: Sequence[StoredEvent], forgotten: ForgottenKey | None = None
    ) -> int:
        """Replace the bytes of events; the database removes those before at its next vacuum."""
        events = [(one.originator_id, one.originator_version, one.topic, one.state) for one in recorded]
        try:
            with translate_errors(), connect(self._url) as connection, connection.transaction():
                connection.execute(f"lock table {CHANNEL} in exclusive mode")
                for one in replaced:
                    values = (one.after, one.id, one.version, one.before)
                    if connection.execute(_ERASE, values).rowcount != 1:
                        raise IntegrityError(f"event {one.version} of {one.id} has other bytes")
                if forgotten is not None:
                    scope, key = forgotten
                    connection.execute(_FORGET_KEY, (scope.account, int(scope.livemode), key))
                appended = connection.execute(_APPEND, _arrays(events, [])).fetchone()
        except psycopg.errors.UniqueViolation as conflict:
            raise IntegrityError(str(conflict)) from conflict
        assert appended is not None
        return int(appended["positions"][-1])

    def max_notification_id(self) -> int:
        with self._cursor() as cursor:
            found = cursor.execute(_LAST).fetchone()
            return int(found[0] or 0) if found else 0

    def export_events(self) -> Iterator[PositionedEvent]:
        """Every event of one snapshot, while other processes append."""
        with self.export() as log:
            yield from log.events

    @contextmanager
    def export(self) -> Iterator[LogExport]:
        """The events, idempotency records and secrets of one snapshot, while other processes append."""
        with translate_errors(), connect(self._url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            with connection.transaction():
                connection.execute("set local idle_in_transaction_session_timeout = 0")
                records = _rows(connection, "records", f"select {', '.join(RECORD_COLUMNS)} from receipts")
                events = _rows(
                    connection, "events", f"select {_IMPORTED_COLUMNS} from {CHANNEL} order by notification_id"
                )
                secrets = _rows(connection, "secrets", f"select {', '.join(SECRET_COLUMNS)} from webhook_secrets")
                seal = connection.cursor(row_factory=tuple_row).execute(GET_SEAL).fetchone()
                yield LogExport(
                    events,
                    map(record_of, records),
                    map(WebhookSecret._make, secrets),
                    None if seal is None else SealState(*seal),
                )

    def import_log(self, log: LogExport) -> None:
        """Import a backup, all of it or nothing. Raises `BackupRefused` unless the log is empty."""
        with (
            translate_errors(),
            connect(self._url) as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"lock table {CHANNEL} in exclusive mode")
            cursor.execute(f"select max(notification_id) as last from {CHANNEL}")
            must_be_empty((cursor.fetchone() or {}).get("last") or 0)
            with cursor.copy(f"copy {CHANNEL} ({_IMPORTED_COLUMNS}) from stdin") as copy:
                for event in log.events:
                    copy.write_row(event)
            with cursor.copy(f"copy receipts ({', '.join(RECORD_COLUMNS)}) from stdin") as copy:
                for record in log.records:
                    copy.write_row(record_values(record))
            with cursor.copy(f"copy webhook_secrets ({', '.join(SECRET_COLUMNS)}) from stdin") as copy:
                for secret in log.secrets:
                    copy.write_row(secret)
            cursor.execute(
                f"select setval(pg_get_serial_sequence('{CHANNEL}', 'notification_id'), max(notification_id)) "
                f"from {CHANNEL}"
            )
            if log.seal is not None:
                cursor.execute("delete from audit_seal")
                cursor.execute(statement(PUT_SEAL), log.seal._asdict())
            cursor.execute(f"notify {CHANNEL}")

    def out_of_sequence(self) -> Iterator[Numbered]:
        """The events that do not have the next version of their aggregate, or stand before an earlier one."""
        with translate_errors(), connect(self._url) as connection, connection.cursor(row_factory=tuple_row) as cursor:
            yield from cursor.execute(_OUT_OF_SEQUENCE)

    def integrity_fault(self, *, quick: bool = True) -> str | None:
        """Why the log cannot be read; None when it can."""
        try:
            self.max_notification_id()
        except Exception as error:
            return str(error)
        return None

    def close(self) -> None:
        self.shared.close()

    @contextmanager
    def _cursor(self) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        with self.shared.open(ANSWER_SECONDS) as connection:
            yield connection.cursor(row_factory=tuple_row)


def _arrays(events: Sequence[tuple[Any, ...]], records: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What `_APPEND` takes."""
    return column_arrays(events, len(EVENT_COLUMNS)) + column_arrays(records, len(RECORD_COLUMNS))


def _rows(connection: Connection, name: str, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, fetched in batches through a cursor of the database."""
    with connection.cursor(name=name, row_factory=tuple_row) as cursor:
        cursor.itersize = 5_000
        yield from cursor.execute(query)
