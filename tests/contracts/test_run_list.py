"""The list of runs: paging by place, in both directions, within bounds of time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from application.ports.outbox import Attempt, Delivery
from application.views.json_text import json_text
from application.views.paging import Bounds, Page, Place
from application.views.runs import Backlog, ListedRun, Outcomes, RunRow, RunSelection
from domain.access.caller import Scope
from domain.runs.report_run import Status
from domain.webhooks.event_types import RUN_FAILED
from interfaces.composition.stores import Stores
from interfaces.storage.sql.views.views import SqlViews
from interfaces.testing.memory.store import open_memory
from interfaces.testing.memory.views.views import MemoryViews
from tests.support.runs import SCOPE
from tests.support.stores import stores_in


class RunListContract:
    """The contract of every adapter."""

    views: SqlViews | MemoryViews

    def rows(self, created: Sequence[int], scope: Scope = SCOPE) -> list[RunRow]:
        """Store one run for each second, oldest first."""
        made = [
            RunRow(
                position=position,
                id=f"frr_{scope.account}_{scope.mode}_{position}",
                account=scope.account,
                livemode=scope.livemode,
                report_type="balance.summary.1",
                parameters=json_text({"interval_start": position}),
                created=second,
            )
            for position, second in enumerate(created, start=1)
        ]
        with self.views.unit_of_work():
            for row in made:
                self.views.runs.add(row)
        return made

    def page(self, page: Page, scope: Scope = SCOPE) -> list[int]:
        return [row.position for row in asyncio.run(self.views.runs.page(scope, page))]

    def test_a_row_comes_back_as_it_was_added(self) -> None:
        (row,) = self.rows([100])

        assert asyncio.run(self.views.runs.get(SCOPE, row.id)) == row

    def test_a_row_that_is_there_stays_when_its_id_is_added_again(self) -> None:
        row, other = self.rows([100, 101])

        with self.views.unit_of_work():
            self.views.runs.add(row._replace(position=3))
            self.views.runs.add(other._replace(position=4, id="frr_new"))

        assert asyncio.run(self.views.runs.get(SCOPE, row.id)) == row
        assert asyncio.run(self.views.runs.get(SCOPE, "frr_new")) is not None

    def test_a_page_shows_of_a_run_what_the_run_by_itself_shows(self) -> None:
        pending, done, failed = self.rows([100, 101, 102])
        with self.views.unit_of_work():
            self.views.runs.start_attempt(pending.id, 2)
            self.views.runs.succeed(done.id, at=103, position=4, file_id="file_1", file_size=7)
            self.views.runs.mark_linked(done.id)
            self.views.runs.fail(failed.id, "No data.", at=104, position=5)

        page = asyncio.run(self.views.runs.page(SCOPE, Page(limit=3)))
        rows = [asyncio.run(self.views.runs.get(SCOPE, row.id)) for row in (failed, done, pending)]

        assert [row._asdict() for row in page] == [
            {field: getattr(row, field) for field in ListedRun._fields} for row in rows
        ]
        assert [row.place for row in page] == [row.place for row in rows if row]

    def test_the_newest_come_first(self) -> None:
        self.rows([100, 100, 101, 105])

        assert self.page(Page(limit=3)) == [4, 3, 2]

    def test_a_page_after_a_place_goes_on_within_the_same_second(self) -> None:
        self.rows([100, 100, 100, 100])

        assert self.page(Page(limit=2, after=Place(100, 3))) == [2, 1]

    def test_a_page_before_a_place_begins_with_the_nearest_row(self) -> None:
        self.rows([100, 100, 101, 105, 106])

        assert self.page(Page(limit=2, before=Place(100, 2))) == [3, 4]

    def test_bounds_of_time_include_their_ends(self) -> None:
        self.rows([100, 101, 102, 103])

        assert self.page(Page(limit=10, created=Bounds(101, 102))) == [3, 2]

    def test_bounds_of_time_apply_together_with_a_place_in_both_directions(self) -> None:
        self.rows([100, 101, 102, 103, 104])

        assert self.page(Page(limit=10, after=Place(103, 4), created=Bounds(101, 104))) == [3, 2]
        assert self.page(Page(limit=10, before=Place(101, 2), created=Bounds(100, 103))) == [3, 4]

    def test_a_clock_that_jumped_back_does_not_hide_or_double_a_run(self) -> None:
        self.rows([100, 105, 101, 102])

        first = self.page(Page(limit=2))
        rest = self.page(Page(limit=9, after=Place(102, 4)))

        assert first == [2, 4]
        assert rest == [3, 1]

    def test_accounts_and_modes_do_not_mix(self) -> None:
        self.rows([100])
        self.rows([100, 101], Scope("acct_2", livemode=False))
        self.rows([100, 101, 102], Scope("acct_1", livemode=True))

        counts = [
            len(self.page(Page(limit=10), scope))
            for scope in (SCOPE, Scope("acct_2", False), Scope("acct_1", True), Scope("acct_2", True))
        ]

        assert counts == [1, 2, 3, 0]

    def test_a_unit_of_work_that_fails_leaves_no_rows_and_no_positions(self) -> None:
        with pytest.raises(RuntimeError), self.views.unit_of_work() as unit:
            self.views.runs.fail("frr_1", "no", at=101, position=9)
            unit.advance({"runs": 99})
            raise RuntimeError

        with self.views.unit_of_work() as unit:
            assert unit.positions()["runs"] == 0

    def test_an_erased_asker_is_not_found_any_more(self) -> None:
        (row,) = self.rows([100])
        with self.views.unit_of_work():
            self.views.runs.add(row._replace(position=2, id="frr_2", asked_by="user:ada"))
        with self.views.unit_of_work():
            self.views.runs.erase_asker("frr_2", "user:[erased]")

        selections = [RunSelection(asked_by=actor) for actor in ("user:ada", "user:[erased]")]
        found = [asyncio.run(self.views.runs.selected(SCOPE, Page(limit=9), one)) for one in selections]

        assert [[row.id for row in rows] for rows in found] == [[], ["frr_2"]]

    def test_finished_runs_are_paged_in_the_order_of_their_outcomes(self) -> None:
        rows = self.rows([100, 101, 102, 103])
        with self.views.unit_of_work():
            self.views.runs.succeed(rows[2].id, at=110, position=10, file_id="file_3", file_size=5)
        with self.views.unit_of_work():
            self.views.runs.fail(rows[0].id, "No.", at=110, position=11)
            self.views.runs.succeed(rows[1].id, at=111, position=12, file_id="file_2", file_size=5)

        def finished(page: Page, outcomes: Outcomes | None = None, scope: Scope = SCOPE) -> list[int]:
            return [row.position for row in asyncio.run(self.views.runs.finished(scope, page, outcomes or Outcomes()))]

        assert finished(Page(limit=9)) == [2, 1, 3]
        assert finished(Page(limit=1, after=Place(111, 12))) == [1]
        assert finished(Page(limit=1, before=Place(110, 10))) == [1]
        assert finished(Page(limit=9, created=Bounds(110, 110))) == [1, 3]
        assert finished(Page(limit=9), Outcomes(("succeeded",))) == [2, 3]
        assert finished(Page(limit=9), Outcomes(("failed",))) == [1]
        assert finished(Page(limit=9), Outcomes(delivered=True)) == [2, 1, 3]
        assert finished(Page(limit=9), Outcomes(delivered=False)) == []
        assert finished(Page(limit=9), scope=Scope("acct_1", livemode=True)) == []

    def test_runs_of_a_status_and_a_type_are_paged_in_the_order_of_the_list(self) -> None:
        rows = self.rows([100, 101, 102, 103])
        with self.views.unit_of_work():
            self.views.runs.add(rows[0]._replace(id="frr_other", position=9, created=104, report_type="other.1"))
            self.views.runs.fail(rows[0].id, "No.", at=110, position=11)
            self.views.runs.succeed(rows[1].id, at=111, position=12, file_id="file_2", file_size=5)

        all_rows = Page(limit=9)

        def selected(selection: RunSelection, page: Page = all_rows, scope: Scope = SCOPE) -> list[int]:
            return [row.position for row in asyncio.run(self.views.runs.selected(scope, page, selection))]

        assert selected(RunSelection()) == [9, 4, 3, 2, 1]
        assert selected(RunSelection(Status.PENDING)) == [9, 4, 3]
        assert selected(RunSelection(Status.FAILED)) == [1]
        assert selected(RunSelection(Status.SUCCEEDED)) == [2]
        assert selected(RunSelection(report_type="other.1")) == [9]
        assert selected(RunSelection(Status.PENDING, rows[0].report_type)) == [4, 3]
        assert selected(RunSelection(Status.PENDING), Page(limit=1, after=Place(104, 9))) == [4]
        assert selected(RunSelection(Status.PENDING), Page(limit=1, before=Place(102, 3))) == [4]
        assert selected(RunSelection(), scope=Scope("acct_1", livemode=True)) == []

    def test_runs_of_one_asker_are_paged_in_the_order_of_the_list(self) -> None:
        (first,) = self.rows([100])
        with self.views.unit_of_work():
            for position in (2, 3, 4):
                asked_by = "user:ada" if position == 3 else "key_1"
                self.views.runs.add(
                    first._replace(id=f"frr_{position}", position=position, created=100 + position, asked_by=asked_by)
                )
            self.views.runs.fail("frr_4", "No.", at=110, position=11)

        def asked(selection: RunSelection, page: Page) -> list[int]:
            return [row.position for row in asyncio.run(self.views.runs.selected(SCOPE, page, selection))]

        assert asked(RunSelection(asked_by="key_1"), Page(limit=9)) == [4, 2]
        assert asked(RunSelection(asked_by="user:ada"), Page(limit=9)) == [3]
        assert asked(RunSelection(Status.FAILED, asked_by="key_1"), Page(limit=9)) == [4]
        assert asked(RunSelection(asked_by="key_1"), Page(limit=9, created=Bounds(0, 103))) == [2]
        assert asked(RunSelection(asked_by="key_2"), Page(limit=9)) == []

    def test_a_finished_run_holds_the_place_of_its_outcome(self) -> None:
        succeeded, failed = self.rows([100, 101])
        with self.views.unit_of_work():
            self.views.runs.succeed(succeeded.id, at=110, position=10, file_id="file_1", file_size=5)
            self.views.runs.fail(failed.id, "No.", at=111, position=11)
        with self.views.unit_of_work():
            self.views.runs.mark_linked(succeeded.id)

        found = [asyncio.run(self.views.runs.get(SCOPE, row.id)) for row in (succeeded, failed)]

        assert found == [
            succeeded._replace(
                status="succeeded",
                succeeded_at=110,
                file_id="file_1",
                file_size=5,
                finished_at=110,
                finished_position=10,
                has_links=1,
            ),
            failed._replace(status="failed", error="No.", finished_at=111, finished_position=11),
        ]

    def test_pending_runs_of_all_are_counted_up_to_a_limit_with_the_time_of_the_oldest(self) -> None:
        assert asyncio.run(self.views.runs.backlog(5)) == Backlog(0, None)
        rows = self.rows([100, 105, 101, 102])
        with self.views.unit_of_work():
            self.views.runs.fail(rows[0].id, "No.", at=110, position=10)

        found = [asyncio.run(self.views.runs.backlog(most)) for most in (5, 3, 2)]

        assert found == [Backlog(3, 105), Backlog(3, 105), Backlog(2, 105)]


class StoredRunList(RunListContract):
    """Lists in a database, which knows the deliveries of each event."""

    stores: Stores

    def begin(self, stores: Stores) -> None:
        self.stores, self.views = stores, stores.views

    def test_outcomes_are_told_apart_by_whether_their_events_were_delivered(self) -> None:
        ids = [f"frr_{number}" for number in range(1, 5)]
        with self.views.unit_of_work():
            for position, id in enumerate(ids, start=1):
                self.views.runs.add(RunRow(position, id, "acct_1", False, "balance.summary.1", "{}", 100))
                self.views.runs.fail(id, "No.", at=100, position=10 + position)
        outbox = self.stores.outbox
        due = [
            Delivery(f"evt_{event}", f"we_{endpoint}", RUN_FAILED, "acct_1", False, 10 + event, 100)
            for event, endpoint in ((1, 1), (1, 2), (2, 1), (3, 1))
        ]
        outbox.feed(due, 14)
        outbox.claim("a", limit=9, of_each=9, lease_seconds=60)
        outbox.record("a", [Attempt(f"evt_{event}", "we_1", 1, 0, 0, 200, None, "", True) for event in (1, 2)])
        outbox.drop("we_1")

        def finished(delivered: bool) -> list[str]:
            page = asyncio.run(self.views.runs.finished(SCOPE, Page(limit=9), Outcomes(delivered=delivered)))
            return [row.id for row in page]

        assert finished(delivered=True) == ["frr_4", "frr_2"]
        assert finished(delivered=False) == ["frr_3", "frr_1"]


class TestMemoryRunList(RunListContract):
    @pytest.fixture(autouse=True)
    def _adapter(self) -> None:
        self.views = open_memory().views


class TestSqliteRunList(StoredRunList):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> Iterator[None]:
        with stores_in(tmp_path) as stores:
            self.begin(stores)
            yield


class TestPostgresRunList(StoredRunList):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path, database_url: str) -> Iterator[None]:
        with stores_in(tmp_path, database_url) as stores:
            self.begin(stores)
            yield
