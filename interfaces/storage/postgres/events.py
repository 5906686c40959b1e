"""The event log in PostgreSQL: the library's recorder, with appends that hold many requests in one transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg
from eventsourcing.persistence import BaseInfrastructureFactory, IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresFactory
from eventsourcing.utils import EnvType
from psycopg.rows import dict_row, tuple_row

from application.receipts import Append
from domain.errors import StoreUnavailable
from interfaces.storage.backup import PositionedEvent, must_be_empty
from interfaces.storage.postgres.connection import (
    CONNECT_SECONDS,
    OPTIONS,
    Connection,
    connect,
    has_broken,
    meaning,
)
from interfaces.storage.sql.many import inserts
from interfaces.storage.sql.receipts import COLUMNS as RECEIPT_COLUMNS
from interfaces.storage.sql.receipts import receipt_values

_APPEND = """
insert into reportrun_events (originator_id, originator_version, topic, state)
select originator_id, originator_version, topic, state
from unnest(%s::text[], %s::bigint[], %s::text[], %s::bytea[])
    with ordinality as new (originator_id, originator_version, topic, state, place)
order by place
returning notification_id
"""

CHANNEL = "reportrun_events"

_BEHIND = """
select notification_id, originator_id, originator_version, topic, state
from reportrun_events
where notification_id > %s
order by notification_id
limit %s
"""


class UrlDatastore(PostgresDatastore):
    """The library's datastore, connected as the whole address says, its options included."""

    def __init__(self, url: str, pool_size: int) -> None:
        self.url = url
        super().__init__(
            "", "", "", "", "", originator_id_type="text", pool_size=1, max_overflow=pool_size - 1, pre_ping=True
        )  # fmt: skip
        self.pool.conninfo = url
        self.pool.kwargs = {**OPTIONS, "row_factory": dict_row}
        self.pool.timeout = CONNECT_SECONDS
        self.pool.reconnect_timeout = CONNECT_SECONDS  # then the next read tries: longer, it would wait ever longer

    def register_type_adapters(self) -> None:
        """Nothing to do: types of rows are for functions in the database, which are not used."""


class UrlFactory(PostgresFactory):
    """What `eventsourcing` makes its recorder with when `PERSISTENCE_MODULE` names this class."""

    URL, POOL_SIZE = "POSTGRES_URL", "POSTGRES_POOL_SIZE"

    def __init__(self, env: EnvType) -> None:
        BaseInfrastructureFactory.__init__(self, env)
        self._url_datastore = UrlDatastore(str(self.env.get(self.URL)), int(self.env.get(self.POOL_SIZE) or 4))
        self.datastore = self._url_datastore

    def application_recorder(self) -> PostgresRecorder:
        return PostgresRecorder(self._url_datastore)


class PostgresRecorder(PostgresApplicationRecorder):
    """Reads as the library does; appends over one connection of its own.

    An append locks the table against other writers, so that positions become visible in their own order: whoever
    follows the log never passes over one that is filled in later. Nothing is repeated when a connection breaks in the
    middle, since nobody knows then whether the commit was done; the caller is told, and asks again.
    """

    # the library's reads without its retries, which go on for half a minute while somebody waits for an answer
    select_events = PostgresApplicationRecorder.select_events.__wrapped__
    select_notifications = PostgresApplicationRecorder.select_notifications.__wrapped__
    max_notification_id = PostgresApplicationRecorder.max_notification_id.__wrapped__

    def __init__(self, datastore: UrlDatastore) -> None:
        super().__init__(datastore, events_table_name=CHANNEL)
        self._url = datastore.url
        self._connection: Connection | None = None
        self._one_at_a_time = threading.Lock()

    def append(self, appends: Sequence[Append]) -> list[int]:
        """Store all of them in one transaction and give the position of the last event of each."""
        with self._one_at_a_time:
            try:
                with meaning():
                    return self._append(appends)
            except psycopg.errors.UniqueViolation as conflict:
                raise IntegrityError(str(conflict)) from conflict
            except StoreUnavailable:
                self._drop()
                raise

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        if not stored_events:
            return []
        last = self.append([Append(stored_events)])[0]
        return range(last - len(stored_events) + 1, last + 1)

    def behind(self, position: int, limit: int) -> Sequence[PositionedEvent]:
        with self.datastore.transaction() as cursor:
            rows = cursor.execute(_BEHIND, (position, limit)).fetchall()
        return [tuple(row.values()) for row in rows]

    def everything(self) -> Iterator[PositionedEvent]:
        """Every event as one moment has it, while others write."""
        with meaning(), connect(self._url) as connection, connection.transaction():
            connection.execute("set local idle_in_transaction_session_timeout = 0")
            with connection.cursor(name="backup", row_factory=tuple_row) as cursor:
                cursor.itersize = 5_000
                yield from cursor.execute(
                    "select notification_id, originator_id, originator_version, topic, state "
                    f"from {CHANNEL} order by notification_id"
                )

    def fill(self, events: Iterable[PositionedEvent]) -> None:
        """Take in a backup, all of it or nothing. Raises `BackupRefused` unless the log is empty."""
        with meaning(), connect(self._url) as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.execute(f"lock table {CHANNEL} in exclusive mode")
            cursor.execute(f"select max(notification_id) as last from {CHANNEL}")
            must_be_empty((cursor.fetchone() or {}).get("last") or 0)
            columns = "notification_id, originator_id, originator_version, topic, state"
            with cursor.copy(f"copy {CHANNEL} ({columns}) from stdin") as copy:
                for event in events:
                    copy.write_row(event)
            cursor.execute(
                f"select setval(pg_get_serial_sequence('{CHANNEL}', 'notification_id'), max(notification_id)) "
                f"from {CHANNEL}"
            )
            cursor.execute(f"notify {CHANNEL}")

    def damage(self) -> str | None:
        """What is wrong with the log; None when it can be read."""
        try:
            self.max_notification_id()
        except Exception as trouble:
            return str(trouble)
        return None

    def close(self) -> None:
        self._drop()

    def _append(self, appends: Sequence[Append]) -> list[int]:
        if self._connection is not None and has_broken(self._connection):
            self._drop()
        if self._connection is None:
            self._connection = connect(self._url)
        events = [event for append in appends for event in append.events]
        columns = [
            [event.originator_id for event in events],
            [event.originator_version for event in events],
            [event.topic for event in events],
            [event.state for event in events],
        ]
        receipts = [receipt_values(append.receipt) for append in appends if append.receipt]
        with self._connection.pipeline(), self._connection.transaction():  # one way there, and one back
            self._connection.execute(f"lock table {CHANNEL} in exclusive mode")
            appended = self._connection.execute(_APPEND, columns)
            for text, values in inserts("receipts", RECEIPT_COLUMNS, receipts, "%s"):
                self._connection.execute(text, values)
            self._connection.execute(f"notify {CHANNEL}")
        stored = sorted(row["notification_id"] for row in appended.fetchall())
        positions, place = [], -1
        for append in appends:
            place += len(append.events)
            positions.append(int(stored[place]))
        return positions

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
