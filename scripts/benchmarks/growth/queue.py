"""Taking the next run, as the queue grows: many pending runs, many accounts, many runs that wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from application.queue.queue_feed import PendingRun, PendingRuns
from benchmarks.figure import Effort, Figure
from benchmarks.growth.takes import take_in_turn
from interfaces.composition.stores import Stores
from interfaces.storage.postgres.schema import migrate
from tests.support.postgres import postgres
from tests.support.stores import stores_in

FEW = 1_000
ACCOUNTS = (1, 1_000)
TAKES = 200
WAITING = 10_000

Open = Callable[[str], Stores]


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    sizes = sizes_of(effort)
    with ExitStack() as stack:
        yield from _curves("SQLite", lambda name: stack.enter_context(stores_in(folder / name)), sizes)
    with postgres(fsync=True) as server, ExitStack() as stack:

        def opened(name: str) -> Stores:
            url = stack.enter_context(server.new_database())
            migrate(url)
            return stack.enter_context(stores_in(folder / f"postgres-{name}", url))

        yield from _curves("PostgreSQL", opened, sizes)


def sizes_of(effort: Effort) -> list[int]:
    """The numbers of pending runs that are compared with `FEW`."""
    return [size for size in (100_000, 1_000_000) if size <= max(effort.runs, 100_000)]


def _curves(store: str, opened: Open, sizes: list[int]) -> Iterator[Figure]:
    for accounts in ACCOUNTS:
        stores = {size: _filled(opened(f"{accounts}-{size}"), size, accounts) for size in (FEW, *sizes)}
        took = take_in_turn(stores, TAKES)
        for size in sizes:
            name = f"taking a run of {size:,} pending, {accounts:,} accounts, {store}"
            how = f"of the time with {FEW:,}; {took[size]:.2f} ms"
            yield Figure(name, took[size] / took[FEW], "x", "1.2 or less", how)
    free, waiting = _filled(opened("free"), FEW, 1), _filled(opened("waiting"), FEW, 1)
    _add_waiting(waiting, WAITING)
    took = take_in_turn({0: free, WAITING: waiting}, TAKES)
    how = f"of the time with none; {took[WAITING]:.2f} ms"
    yield Figure(
        f"taking a run beside {WAITING:,} that wait, {store}", took[WAITING] / took[0], "x", "1.2 or less", how
    )


def _filled(stores: Stores, runs: int, accounts: int) -> Stores:
    names = [f"acct_{number}" for number in range(accounts)]
    stores.queue.fill(PendingRuns(0, (PendingRun(f"frr_{n:08}", names[n % accounts], n) for n in range(1, runs + 1))))
    return stores


def _add_waiting(stores: Stores, runs: int) -> None:
    """Add runs that wait for an hour, older than all others of another account."""
    now = time.time()
    with stores.queue.unit_of_work():
        for number in range(runs):
            stores.queue.add(f"frr_waiting_{number}", "acct_waiting", -number)
            stores.queue.delay(f"frr_waiting_{number}", now, now + 3600)
