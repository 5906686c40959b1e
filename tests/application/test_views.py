"""Views catch up with the log, and a rebuilt view equals the one before it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from application.projecting.projector import Projector
from application.projecting.rebuild import rebuild
from application.views.paging import Page
from application.views.registry import PROJECTIONS
from application.views.runs import RunRow
from domain.access.caller import Scope
from interfaces.composition.stores import Stores
from interfaces.storage.sql.views.views import OLD_COPY_SECONDS, VERSION, SqlViews
from interfaces.testing.memory.store import MemoryStore, open_memory
from tests.support.clock import NOON
from tests.support.runs import SCOPE, a_file, fail, pending_run, start, succeed
from tests.support.stores import every_row, positions, stores_in

AnyStore = Stores | MemoryStore


OpenStores = Callable[[], AbstractContextManager[Any]]
OpenDatabases = Callable[[], AbstractContextManager[Stores]]


@pytest.fixture(params=["sqlite", "postgres"])
def open_databases(request: pytest.FixtureRequest, tmp_path: Path) -> OpenDatabases:
    """A function that opens the same database each time, as another process would."""
    url = request.getfixturevalue("database_url") if request.param == "postgres" else ""
    return lambda: stores_in(tmp_path, url)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def open_stores(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStores:
    """A function that opens the same store each time; one in memory stays open."""
    if request.param == "memory":
        store = open_memory()
        return lambda: contextlib.nullcontext(store)
    url = request.getfixturevalue("database_url") if request.param == "postgres" else ""
    return lambda: stores_in(tmp_path, url)


def snapshot(stores: AnyStore) -> Mapping[str, object]:
    """Every row and position of every view, shadow copies included."""
    if isinstance(stores, MemoryStore):
        return asdict(stores.views.shown)
    return {**every_row(stores), "positions": positions(stores)}


def some_history(stores: AnyStore, file_id: str | None = None) -> list[str]:
    """A pending, a started, a succeeded and a failed run; their ids."""
    runs = [pending_run() for _ in range(4)]
    for run in runs[1:]:
        start(run)
    succeed(runs[2], a_file(file_id))
    fail(runs[3], "No more memory.")
    stores.events.save(*runs)
    return [run.id for run in runs]


def test_the_list_shows_how_each_run_stands(open_stores: OpenStores) -> None:
    with open_stores() as stores:
        ids = some_history(stores, file_id="file_9")

        stores.projector.catch_up()

        rows = [asyncio.run(stores.views.runs.get(SCOPE, id)) for id in ids]
    assert [(row.status, row.attempts, row.error, row.file_id) for row in rows if row] == [
        ("pending", 0, None, None),
        ("pending", 1, None, None),
        ("succeeded", 1, None, "file_9"),
        ("failed", 1, "No more memory.", None),
    ]


def test_a_run_is_seen_by_its_own_account_and_mode_only(open_stores: OpenStores) -> None:
    with open_stores() as stores:
        run = pending_run()
        stores.events.save(run)
        stores.projector.catch_up()

        seen = [
            asyncio.run(stores.views.runs.get(scope, run.id))
            for scope in (SCOPE, Scope("acct_2", False), Scope("acct_1", True))
        ]

    assert [isinstance(row, RunRow) for row in seen] == [True, False, False]


def test_catching_up_twice_changes_nothing(open_stores: OpenStores) -> None:
    with open_stores() as stores:
        some_history(stores)
        stores.projector.catch_up()
        once = snapshot(stores)

        stores.projector.catch_up()

        assert snapshot(stores) == once


def test_rows_are_visible_when_their_position_is_reported(open_stores: OpenStores) -> None:
    with open_stores() as stores:
        ids = some_history(stores)
        seen: list[int] = []

        def look(position: int) -> None:
            rows = [asyncio.run(stores.views.runs.get(SCOPE, id)) for id in ids]
            seen.append(sum(row is not None for row in rows))

        stores.projector.catch_up(look)

    assert seen == [len(ids)]


def test_what_is_stored_while_a_batch_is_applied_is_left_to_the_next_call(open_stores: OpenStores) -> None:
    with open_stores() as stores:
        some_history(stores)
        applied: list[int] = []

        def store_more(position: int) -> None:
            applied.append(position)
            if len(applied) < 3:
                some_history(stores)

        reached = stores.projector.catch_up(store_more)

        assert applied == [reached] and reached < stores.events.last_position()
        assert stores.projector.catch_up() == stores.events.last_position()


def test_two_projectors_at_once_apply_every_event_once(open_stores: OpenStores) -> None:
    with open_stores() as one, open_stores() as two:
        for _ in range(10):
            some_history(one)
            one.projector.catch_up()
            some_history(two)
            two.projector.catch_up()

        page = asyncio.run(one.views.runs.page(SCOPE, Page(limit=1000)))

    assert len(page) == 80
    assert len({row.id for row in page}) == 80


def test_rebuilt_views_equal_those_before_byte_for_byte(open_stores: OpenStores) -> None:
    with open_stores() as stores:
        some_history(stores)
        stores.projector.catch_up()
        before = snapshot(stores)

        position = rebuild(stores.events, stores.views, PROJECTIONS, lambda done, goal: None)

        assert snapshot(stores) == before
        assert position == stores.events.last_position()


@pytest.mark.parametrize("most_held_back", [0, 2, 50_000])
def test_runs_with_events_in_many_batches_are_rebuilt_unchanged(
    open_stores: OpenStores, monkeypatch: pytest.MonkeyPatch, most_held_back: int
) -> None:
    monkeypatch.setattr(sys.modules[rebuild.__module__], "BATCH_EVENTS", 1)
    monkeypatch.setattr("interfaces.storage.sql.views.views.MAX_HELD_BACK", most_held_back)
    with open_stores() as stores:
        some_history(stores)
        done = pending_run()
        start(done)
        stores.events.save(done)
        start(done)
        succeed(done, a_file("file_gone"))
        stores.events.save(done)
        done.remove_file("file_gone", actor="cli:me", at=NOON)
        stores.events.save(done)
        stores.projector.catch_up()
        before = snapshot(stores)

        rebuild(stores.events, stores.views, PROJECTIONS, lambda done, goal: None)

        run = asyncio.run(stores.views.runs.get(SCOPE, done.id))
        assert snapshot(stores) == before
        assert run is not None and (run.status, run.attempts, run.file_id) == ("succeeded", 2, "file_gone")


def test_one_view_can_be_rebuilt_alone_after_its_rows_were_lost(open_databases: OpenDatabases) -> None:
    with open_databases() as stores:
        some_history(stores)
        stores.projector.catch_up()
        before = snapshot(stores)
        with stores.store.database.writer.transaction():
            stores.store.database.writer.execute(f"delete from runs{VERSION}")

        rebuild(stores.events, stores.views, [PROJECTIONS[0]], lambda done, goal: None)

        assert snapshot(stores) == before


def test_readers_see_the_old_view_while_a_new_one_is_built(open_stores: OpenStores) -> None:
    with open_stores() as stores:
        ids = some_history(stores)
        stores.projector.catch_up()
        seen: list[int] = []

        def look(done: int, goal: int) -> None:
            seen.append(len(asyncio.run(stores.views.runs.page(SCOPE, Page(limit=100)))))

        rebuild(stores.events, stores.views, PROJECTIONS, look)

    assert seen and set(seen) == {len(ids)}


def test_events_stored_during_a_rebuild_are_in_the_new_view(open_stores: OpenStores) -> None:
    with open_stores() as stores, open_stores() as other:
        some_history(stores)
        late: list[str] = []

        def write_more(done: int, goal: int) -> None:
            if not late:
                late.extend(some_history(other))

        rebuild(stores.events, stores.views, PROJECTIONS, write_more)

        assert asyncio.run(stores.views.runs.get(SCOPE, late[2])) is not None


def test_a_rebuild_that_breaks_off_leaves_the_old_views_and_no_copy(open_stores: OpenStores) -> None:
    with open_stores() as stores:
        some_history(stores)
        stores.projector.catch_up()
        before = snapshot(stores)

        def break_off(done: int, goal: int) -> None:
            raise KeyboardInterrupt

        with contextlib.suppress(KeyboardInterrupt):
            rebuild(stores.events, stores.views, PROJECTIONS, break_off)

        assert snapshot(stores) == before


def test_a_rebuild_drops_the_orphaned_copies_of_one_that_was_killed(
    open_databases: OpenDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_databases() as stores:
        some_history(stores)
        stores.projector.catch_up()
        with monkeypatch.context() as then:
            then.setattr(time, "time", lambda now=time.time: now() - OLD_COPY_SECONDS - 1)
            stores.views.fresh_copy(["runs", "files"])
        orphans = copies(stores)
        under_way = stores.views.fresh_copy(["runs"])

        rebuild(stores.events, stores.views, PROJECTIONS, lambda done, goal: None)

        assert len(orphans) == 2
        assert len(copies(stores)) == 1 and not copies(stores) & orphans
        assert under_way.position() == 0


def copies(stores: Stores) -> set[object]:
    """The names of shadow copies."""
    return {row["view"] for row in positions(stores) if "_copy_" in str(row["view"])}


def test_a_program_of_another_version_has_its_own_views(open_databases: OpenDatabases) -> None:
    with open_databases() as stores:
        some_history(stores)
        stores.projector.catch_up()
        newer = SqlViews(stores.store.database, suffix="_newer")
        newer.set_up()

        Projector(stores.events, newer, PROJECTIONS).catch_up()

        assert asyncio.run(newer.runs.page(SCOPE, Page(limit=9))) == asyncio.run(
            stores.views.runs.page(SCOPE, Page(limit=9))
        )
