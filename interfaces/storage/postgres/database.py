"""A PostgreSQL database for views and claims: coroutines read through a pool, threads write over connections."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.rows import dict_row, tuple_row
from psycopg_pool import AsyncConnectionPool

from interfaces.storage.postgres.arrays import array_insert, column_arrays
from interfaces.storage.postgres.connection import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    OPTIONS,
    KeptConnection,
    statement,
    translate_errors,
    translated,
)

Row = dict[str, Any]

Answer = TypeVar("Answer")

WRITE_LOCK = 7_283_001
"""The advisory lock of a unit of work on views; it ends with the transaction, or with the connection."""


class PostgresReader:
    """Reads through a pool once it is open, before that over a connection for each read."""

    def __init__(self, url: str, pool_size: int) -> None:
        self._url = url
        self._pool_size = pool_size
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Row]] | None = None

    async def open(self) -> None:
        """Open the pool, in the event loop that will read."""
        self._pool = AsyncConnectionPool(
            self._url,
            min_size=1,
            max_size=self._pool_size,
            kwargs={**OPTIONS, "row_factory": dict_row},
            timeout=CONNECT_SECONDS,
            reconnect_timeout=CONNECT_SECONDS,  # the next request tries again: longer, and the waits would grow
            open=False,
            check=self._check,
        )
        await self._pool.open()

    async def _check(self, connection: psycopg.AsyncConnection[Row]) -> None:
        """Discard all connections when one is broken: after a restart of the database, so are the others."""
        try:
            await AsyncConnectionPool.check_connection(connection)
        except psycopg.OperationalError:
            if self._pool is not None:
                await self._pool.drain()
            raise

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def one(self, text: str, values: Mapping[str, Any]) -> Row | None:
        async def read() -> Row | None:
            async with self._connected() as connection:
                return await (await connection.execute(statement(text), values)).fetchone()

        return await _in_time(read())

    async def all(self, text: str, values: Mapping[str, Any]) -> Sequence[Row]:
        async def read() -> Sequence[Row]:
            async with self._connected() as connection:
                return await (await connection.execute(statement(text), values)).fetchall()

        return await _in_time(read())

    async def tuples(self, text: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        async def read() -> Sequence[tuple[Any, ...]]:
            async with self._connected() as connection:
                cursor = connection.cursor(row_factory=tuple_row)
                return await (await cursor.execute(statement(text), values)).fetchall()

        return await _in_time(read())

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[psycopg.AsyncConnection[Row]]:
        with translate_errors():
            if self._pool is not None:
                async with self._pool.connection() as connection:
                    yield connection
            else:
                made = await psycopg.AsyncConnection.connect(self._url, row_factory=dict_row, **OPTIONS)
                async with made as connection:
                    yield connection


async def _in_time(reading: Awaitable[Answer]) -> Answer:
    """Await a read, but not a database that hangs. A cancelled read would be awaited too, so it is left behind."""
    task = asyncio.ensure_future(reading)
    await asyncio.wait({task}, timeout=ANSWER_SECONDS)
    if task.done():
        return task.result()
    task.add_done_callback(lambda late: late.cancelled() or late.exception())  # the only one to retrieve its exception
    task.cancel()
    raise translated(TimeoutError())


class PostgresWriter:
    """Writes over one connection, one thread at a time."""

    def __init__(self, url: str) -> None:
        # views and claims can be rebuilt
        self._kept = KeptConnection(url, begin="set synchronous_commit = off")
        self._inserts: dict[str, str] = {}
        self._lock = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock, self._kept.open() as connection:
            if self._kept.in_transaction:
                yield
            else:
                with connection.transaction():
                    yield

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        with self.transaction():
            self.execute("select pg_advisory_xact_lock(:lock)", {"lock": WRITE_LOCK})
            yield

    def execute(self, text: str, values: Mapping[str, Any] | None = None) -> None:
        with self._kept.open() as connection:
            connection.execute(statement(text), values or {})

    def execute_many(self, text: str, values: Sequence[Mapping[str, Any]]) -> None:
        if values:
            with self._kept.open() as connection:
                connection.cursor().executemany(statement(text), values)

    def insert_new(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        if not rows:
            return
        with self._kept.open() as connection:
            text = self._inserts.get(table)
            if text is None:
                text = f"{array_insert(connection, table, columns)} on conflict do nothing"
                self._inserts[table] = text
            connection.execute(text, column_arrays(rows, len(columns)))

    def one(self, text: str, values: Mapping[str, Any] | None = None) -> Row | None:
        with self._lock, self._kept.open() as connection:
            return connection.execute(statement(text), values or {}).fetchone()

    def every(self, text: str) -> Sequence[Row]:
        with self._lock, self._kept.open() as connection:
            return connection.execute(statement(text)).fetchall()

    def close(self) -> None:
        self._kept.close()


class PostgresDatabase:
    """One database: a reader, and a writer for each purpose."""

    skip_locked = "for update of runs skip locked"

    def __init__(self, url: str, pool_size: int) -> None:
        self._url = url
        self.reader = PostgresReader(url, pool_size)
        self.writer = PostgresWriter(url)
        self._others: list[PostgresWriter] = []

    def another_writer(self) -> PostgresWriter:
        other = PostgresWriter(self._url)
        self._others.append(other)
        return other

    def close(self) -> None:
        for writer in (self.writer, *self._others):
            writer.close()
