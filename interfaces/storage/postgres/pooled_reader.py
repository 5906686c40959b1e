"""Reads of coroutines through a pool of connections to PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, TypeVar

import psycopg
from psycopg.rows import dict_row, tuple_row
from psycopg_pool import AsyncConnectionPool

from interfaces.storage.postgres.connection import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    OPTIONS,
    SharedConnection,
    has_broken,
    statement,
    translate_errors,
)
from interfaces.storage.postgres.database_errors import translated

Row = dict[str, Any]

Answer = TypeVar("Answer")

Pool = AsyncConnectionPool[psycopg.AsyncConnection[Row]]


class PooledReader:
    """Reads through a pool once it is open, before that over the connection that the process shares."""

    def __init__(self, url: str, pool_size: int, shared: SharedConnection) -> None:
        self._url = url
        self._pool_size = pool_size
        self._shared = shared
        self._pool: Pool | None = None

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
        if has_broken(connection):
            if self._pool is not None:
                await self._pool.drain()
            raise psycopg.OperationalError("the database has closed the connection")

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def one(self, text: str, values: Mapping[str, Any]) -> Row | None:
        rows = await self._read(text, values, dict_row)
        return rows[0] if rows else None

    async def all(self, text: str, values: Mapping[str, Any]) -> Sequence[Row]:
        return await self._read(text, values, dict_row)

    async def tuples(self, text: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        return await self._read(text, values, tuple_row)

    async def _read(self, text: str, values: Mapping[str, Any], kind: Any) -> list[Any]:
        """All rows of a query. kind: a row factory of psycopg"""
        if self._pool is not None:
            return await _in_time(_rows(self._pool, text, values, kind))
        with self._shared.open() as connection:
            rows: list[Any] = connection.cursor(row_factory=kind).execute(statement(text), values).fetchall()
            return rows


async def _rows(pool: Pool, text: str, values: Mapping[str, Any], kind: Any) -> list[Any]:
    """Read again over a new connection where the first one has broken: the others may have, too."""
    with translate_errors():
        async with pool.connection() as connection:
            try:
                return await _fetched(connection, text, values, kind)
            except psycopg.OperationalError:
                if not connection.broken:
                    raise
        await pool.drain()
        async with pool.connection() as connection:
            return await _fetched(connection, text, values, kind)


async def _fetched(
    connection: psycopg.AsyncConnection[Row], text: str, values: Mapping[str, Any], kind: Any
) -> list[Any]:
    cursor = connection.cursor(row_factory=kind)
    rows: list[Any] = await (await cursor.execute(statement(text), values)).fetchall()
    return rows


async def _in_time(reading: Awaitable[Answer]) -> Answer:
    """Await a read, but not a database that hangs. A cancelled read would be awaited too, so it is left behind."""
    task = asyncio.ensure_future(reading)
    await asyncio.wait({task}, timeout=ANSWER_SECONDS)
    if task.done():
        return task.result()
    task.add_done_callback(lambda late: late.cancelled() or late.exception())  # the only one to retrieve its exception
    task.cancel()
    raise translated(TimeoutError())
