"""The console: the first page of runs with many of them, compared with a thousand, for each filter; and idle memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from application.views.paging import ANY_TIME, Bounds, Page
from application.views.runs import RunRow, RunSelection
from benchmarks.figure import Effort, Figure
from benchmarks.servers import Site
from domain.access.caller import Scope
from domain.runs.report_run import Status
from interfaces.composition.stores import Stores
from interfaces.storage.postgres.schema import migrate
from tests.support.postgres import postgres
from tests.support.processes import proportional_mib
from tests.support.stores import stores_in

FEW = 1_000
PAGE_ROWS = 26
"""A page, and the row that says whether there are more."""

TAKES = 100
BATCH = 20_000
SCOPE = Scope("acct_1", livemode=False)
KEYS, TYPES = 11, 13
"""How many keys ask for runs, of how many types; one in 17 runs fails, and the last 30 are pending."""
FAILS, PENDING = 17, 30

SETTLED_SECONDS = 3

WANTED = "1.20 or less"


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    with ExitStack() as stack:
        few, many = (stack.enter_context(stores_in(folder / name)) for name in ("few", "many"))
        yield from _pages("SQLite", few, many, effort)
    with postgres(fsync=False) as server, ExitStack() as stack:

        def opened(name: str) -> Stores:
            url = stack.enter_context(server.new_database())
            migrate(url)
            return stack.enter_context(stores_in(folder / f"postgres-{name}", url))

        yield from _pages("PostgreSQL", opened("few"), opened("many"), effort)
    yield _memory(folder)


def _pages(store: str, few: Stores, many: Stores, effort: Effort) -> Iterator[Figure]:
    _fill(few, FEW)
    _fill(many, effort.runs)
    for name, selection in _selections().items():
        has_days = name == "of some days"
        took = asyncio.run(_in_turn({FEW: few, effort.runs: many}, selection, has_days=has_days))
        how = f"time at {effort.runs:,} runs over time at {FEW:,}; {took[effort.runs]:.2f} ms"
        yield Figure(f"console, runs {name}, {store}", took[effort.runs] / took[FEW], "x", WANTED, how)
    for name, selection in _narrow_selections().items():
        took = asyncio.run(_in_turn({effort.runs: many}, selection, has_days=False))
        how = f"at {effort.runs:,} runs; of {FEW:,} there are too few for a page"
        yield Figure(f"console, runs {name}, {store}", took[effort.runs], "ms", "10 or less", how)


def _selections() -> dict[str, RunSelection]:
    return {
        "of all kinds": RunSelection(),
        "of some days": RunSelection(),
        "that have failed": RunSelection(Status.FAILED),
        "that are pending": RunSelection(Status.PENDING),
        "that have succeeded": RunSelection(Status.SUCCEEDED),
        "of a type": RunSelection(report_type="type.7.1"),
        "of a key": RunSelection(asked_by="key_7"),
    }


def _narrow_selections() -> dict[str, RunSelection]:
    """With several filters, of which an index serves one."""
    return {
        "of a type that have failed": RunSelection(Status.FAILED, "type.7.1"),
        "of a key and a type": RunSelection(None, "type.7.1", "key_7"),
        "of a key and a type that have failed": RunSelection(Status.FAILED, "type.7.1", "key_7"),
    }


def _days(runs: int) -> Bounds:
    """Older ones than the newest; one is asked for each second."""
    return Bounds(runs - 800, runs - 100)


def _fill(stores: Stores, runs: int) -> None:
    """Runs in the view alone, one a second."""
    for first in range(0, runs, BATCH):
        with stores.views.unit_of_work():
            for number in range(first, min(first + BATCH, runs)):
                stores.views.runs.add(_run(number, runs))


def _run(number: int, runs: int) -> RunRow:
    status = Status.PENDING if number >= runs - PENDING else Status.FAILED if number % FAILS == 0 else Status.SUCCEEDED
    return RunRow(
        position=number + 1,
        id=f"frr_{number:024}",
        account=SCOPE.account,
        livemode=SCOPE.livemode,
        report_type=f"type.{number % TYPES}.1",
        parameters="{}",
        created=number,
        status=status.value,
        finished_at=None if status == Status.PENDING else number,
        finished_position=0 if status == Status.PENDING else number + 1,
        asked_by=f"key_{number % KEYS}",
    )


async def _in_turn(places: dict[int, Stores], selection: RunSelection, *, has_days: bool) -> dict[int, float]:
    """Runs -> median milliseconds of a page. Pages alternate, so that a disturbance affects all."""
    took: dict[int, list[float]] = {runs: [] for runs in places}
    for place in places.values():
        await place.store.database.reader.open()
    for _ in range(TAKES):
        for runs, place in places.items():
            page = Page(PAGE_ROWS, created=_days(runs) if has_days else ANY_TIME)
            began = time.perf_counter()
            await place.views.runs.selected(SCOPE, page, selection)
            took[runs].append(time.perf_counter() - began)
    for place in places.values():
        await place.store.database.reader.close()
    return {runs: median(seconds) * 1000 for runs, seconds in took.items()}


def _memory(folder: Path) -> Figure:
    """Of a server that nothing has been asked."""
    idle = {}
    for console in ("0", "1"):
        site = Site(folder / f"console-{console}", settings={"REPORTRUN_CONSOLE": console})
        with site.serving() as server:
            time.sleep(SETTLED_SECONDS)
            idle[console] = proportional_mib(server.pid)
    return Figure("console, idle memory of the server", idle["1"] - idle["0"], "MiB", "15 or less", "over that without")
