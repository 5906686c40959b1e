"""A PostgreSQL database for views and the queue: coroutines read through a pool, threads write over one connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from application.views.views import ValueRefused
from interfaces.storage.postgres.arrays import array_insert, column_arrays
from interfaces.storage.postgres.connection import Connection, SharedConnection, statement
from interfaces.storage.postgres.pooled_reader import PooledReader

Row = dict[str, Any]

VIEWS_LOCK, QUEUE_LOCK = 7_283_001, 7_283_003
"""The advisory locks of units of work; they end with the transaction, or with the connection."""


class PostgresWriter:
    """Writes over the shared connection, one thread at a time."""

    row_lock = "for update"

    def __init__(self, shared: SharedConnection, lock: int = VIEWS_LOCK) -> None:
        self._shared = shared
        self._lock = lock
        self._inserts: dict[str, str] = {}

    def transaction(self) -> AbstractContextManager[Connection]:
        return self._shared.transaction()

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        with self.transaction():
            self.execute("select pg_advisory_xact_lock(:lock)", {"lock": self._lock})
            yield

    def must_hold(self, values: Iterable[object]) -> None:
        for value in values:
            if isinstance(value, str) and "\0" in value:
                raise ValueRefused(f"PostgreSQL holds no text with a NUL character, as {value[:80]!r} has")

    def execute(self, text: str, values: Mapping[str, Any] | None = None) -> None:
        self.must_hold((values or {}).values())
        with self._shared.open() as connection:
            connection.execute(statement(text), values or {})

    def execute_many(self, text: str, values: Sequence[Mapping[str, Any]]) -> None:
        if values:
            with self._shared.open() as connection:
                connection.cursor().executemany(statement(text), values)

    def insert_new(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        if not rows:
            return
        with self._shared.open() as connection:
            text = self._inserts.get(table)
            if text is None:
                text = f"{array_insert(connection, table, columns)} on conflict do nothing"
                self._inserts[table] = text
            connection.execute(text, column_arrays(rows, len(columns)))

    def one(self, text: str, values: Mapping[str, Any] | None = None) -> Row | None:
        self.must_hold((values or {}).values())
        with self._shared.open() as connection:
            return connection.execute(statement(text), values or {}).fetchone()

    def every(self, text: str, values: Mapping[str, Any] | None = None) -> Sequence[Row]:
        with self._shared.open() as connection:
            return connection.execute(statement(text), values or {}).fetchall()


class PostgresDatabase:
    """One database: a reader and a writer."""

    def __init__(self, url: str, pool_size: int, shared: SharedConnection) -> None:
        self._shared = shared
        self.reader = PooledReader(url, pool_size, shared)
        self.writer = PostgresWriter(shared)

    def close(self) -> None:
        self._shared.close()
