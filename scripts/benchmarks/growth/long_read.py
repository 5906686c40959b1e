"""Taking the next run on PostgreSQL while a long read, such as a backup, keeps the dead rows of many ended runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg

from application.queue.queue_feed import PendingRun, PendingRuns
from benchmarks.figure import Effort, Figure
from benchmarks.growth.takes import take_in_turn
from interfaces.composition.stores import Stores
from interfaces.storage.postgres.schema import migrate
from tests.support.postgres import postgres
from tests.support.stores import stores_in

TAKES, WARM_TAKES = 300, 600


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    ended = effort.runs * 3 // 10
    with postgres(fsync=True) as server, ExitStack() as stack:
        stores = {}
        for is_read in (False, True):
            url = stack.enter_context(server.new_database())
            migrate(url)
            stores[is_read] = stack.enter_context(stores_in(folder / f"read-{is_read}", url))
            _fill(stores[is_read], ended + TAKES + WARM_TAKES)
            if is_read:
                stack.enter_context(psycopg.connect(url)).execute(
                    "begin isolation level repeatable read; select count(*) from reportrun_events"
                )
            _end_runs(url, ended)
        take_in_turn(stores, WARM_TAKES, ends=True)
        took = take_in_turn(stores, TAKES, ends=True)
    how = f"{took[True] / took[False]:.1f} times as long as without; a snapshot is older than {ended:,} ended runs"
    yield Figure("taking a run beside a long read, PostgreSQL", took[True], "ms", "2 or less", how)


def _fill(stores: Stores, runs: int) -> None:
    stores.queue.fill(
        PendingRuns(0, (PendingRun(f"frr_{number:08}", "acct_1", number) for number in range(1, runs + 1)))
    )


def _end_runs(url: str, runs: int) -> None:
    """Leave as many dead rows as if each of the oldest runs had been taken and had ended."""
    with psycopg.connect(url) as connection:
        connection.execute("delete from queue_runs where position <= %s", (runs,))
        connection.execute("update queue_accounts set head = %s", (runs + 1,))
