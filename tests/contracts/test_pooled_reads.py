"""Reads of coroutines on PostgreSQL: a connection that the database has closed is replaced before it is used."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from interfaces.storage.postgres.connection import SharedConnection
from interfaces.storage.postgres.pooled_reader import PooledReader

CONNECTIONS = 4

_OTHERS = """
select pid
from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
"""

_CLOSE = "select pg_terminate_backend(%s, 5000)"


@pytest.mark.parametrize("reads", [1, CONNECTIONS])
def test_reads_go_on_after_the_database_has_closed_idle_connections(database_url: str, reads: int) -> None:
    with psycopg.connect(database_url, autocommit=True) as operator:
        before, closed, after = asyncio.run(around_a_restart(database_url, operator, reads))

    assert before == closed, "a connection was not idle in the pool, so that nothing was tried"
    assert len(before) == CONNECTIONS
    assert after.isdisjoint(before)


async def around_a_restart(
    url: str, operator: psycopg.Connection[tuple[int]], reads: int
) -> tuple[set[int], set[int], set[int]]:
    """Processes of the database that answered before, that were ended, and that answered after."""
    reader = PooledReader(url, CONNECTIONS, SharedConnection(url))
    await reader.open()
    try:
        before = await answered_by(reader, CONNECTIONS, 0.2)
        idle = {pid for (pid,) in operator.execute(_OTHERS)}
        for pid in idle:
            operator.execute(_CLOSE, (pid,))
        return before, idle, await answered_by(reader, reads, 0.0)
    finally:
        await reader.close()


async def answered_by(reader: PooledReader, reads: int, seconds: float) -> set[int]:
    """The processes of the database that answer some reads at once, each after a time."""
    query = "select pg_backend_pid() as pid, pg_sleep(:seconds)"
    rows = await asyncio.gather(*(reader.one(query, {"seconds": seconds}) for _ in range(reads)))
    return {row["pid"] for row in rows if row is not None}


def test_a_connection_that_breaks_under_a_read_is_replaced(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as operator:
        operator.execute("create sequence reads")  # it counts on where a read is broken off

    assert asyncio.run(read_that_breaks_its_first_connection(database_url)) == 2


async def read_that_breaks_its_first_connection(url: str) -> int:
    """How many reads it took."""
    reader = PooledReader(url, CONNECTIONS, SharedConnection(url))
    await reader.open()
    try:
        row = await reader.one(
            """
            with counted as materialized (select nextval('reads') as number)
            select number, case when number = 1 then pg_terminate_backend(pg_backend_pid()) end from counted
            """,
            {},
        )
        assert row is not None
        return int(row["number"])
    finally:
        await reader.close()
