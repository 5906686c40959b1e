"""A clock that jumps back: every run is still made once, listed once, and no view differs from its rebuild."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.projecting.rebuild import rebuild
from application.runs.execution import FINISHED, Execution, Limits
from application.views.paging import ListQuery, read_page
from application.views.registry import PROJECTIONS
from domain.report_types import catalogue
from domain.runs.report_run import ReportRun, Status
from interfaces.composition.stores import Stores
from interfaces.results.local import LocalResultStore
from tests.support.clock import StillClock
from tests.support.engine import OneRowEngine
from tests.support.runs import SCOPE
from tests.support.stores import every_row, stores_in

HOUR = 3600.0
LEASE_SECONDS = 30.0


@pytest.fixture(params=["sqlite", "postgres"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    url = request.getfixturevalue("database_url") if request.param == "postgres" else ""
    with stores_in(tmp_path, url) as opened:
        yield opened


class Shop:
    """Asks for runs and makes them, by one clock."""

    def __init__(self, stores: Stores, folder: Path) -> None:
        self.clock = StillClock()
        self.stores = stores
        self.claims = stores.claims_by(self.clock)
        self._execution = Execution(
            events=stores.events,
            catalogue=catalogue(),
            engine=OneRowEngine(),
            results=LocalResultStore(folder / "files"),
            clock=self.clock,
            worker="worker:a:1",
            limits=Limits(),
            connected_to=lambda platform: (),
        )

    def ask(self) -> str:
        run = ReportRun.request(
            "balance.summary.1",
            {"interval_start": 1, "interval_end": 2},
            scope=SCOPE,
            actor="key_1",
            at=self.clock.now(),
        )
        self.stores.events.save(run)
        self.stores.projector.catch_up()
        return run.id

    def make(self) -> str | None:
        """Make a pending run; gives its id, or None when there is none to take."""
        taken = self.claims.acquire("worker:a:1", LEASE_SECONDS)
        if taken is not None:
            assert self._execution.execute(taken) is FINISHED
            self.stores.projector.catch_up()
            self.claims.release(taken, "worker:a:1")
        return taken

    def listed(self) -> list[str]:
        """Every run, in pages of two."""
        ids: list[str] = []
        more = True
        while more:
            query = ListQuery(SCOPE, limit=2, starting_after=ids[-1] if ids else None)
            page = asyncio.run(read_page(self.stores.views.runs, query, "report run"))
            ids += [run.id for run in page.rows]
            more = page.has_more
        return ids


def test_runs_of_before_and_after_a_jump_are_made_and_listed_once_each(stores: Stores, tmp_path: Path) -> None:
    shop = Shop(stores, tmp_path)
    before = [shop.ask() for _ in range(3)]
    shop.clock.move(-HOUR)
    after = [shop.ask() for _ in range(3)]

    made = [shop.make() for _ in range(7)]

    assert made == [*before, *after, None]
    assert sorted(shop.listed()) == sorted([*before, *after])
    statuses = [stores.events.find(ReportRun, id).status for id in made if id]  # type: ignore[union-attr]
    assert statuses == [Status.SUCCEEDED] * 6


def test_a_worker_that_died_before_the_jump_does_not_keep_its_run_for_an_hour(stores: Stores, tmp_path: Path) -> None:
    shop = Shop(stores, tmp_path)
    run = shop.ask()
    assert shop.claims.acquire("worker:died:1", LEASE_SECONDS) == run

    shop.clock.move(-HOUR)

    assert shop.make() == run


def test_views_of_a_log_whose_times_run_back_are_equal_to_their_rebuild(stores: Stores, tmp_path: Path) -> None:
    shop = Shop(stores, tmp_path)
    for _ in range(3):
        shop.ask()
        shop.make()
        shop.clock.move(-HOUR)
    before = every_row(stores)

    rebuild(stores.events, stores.views, PROJECTIONS, lambda done, goal: None)

    assert every_row(stores) == before
