"""Locks that end with their process: of the leader, who can release it too, and of the server that projects."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

from domain.errors import StoreUnavailable
from interfaces.storage.postgres.events import CHANNEL
from interfaces.storage.store import ClosingNotifier
from tests.support.processes import until
from tests.support.stores import stores_in

LONG_SECONDS = 20.0

QUIET_SECONDS = 0.3


def stands_by_for_a_run(notifier: ClosingNotifier) -> None:
    assert not notifier.acquire_leader_lock(0.01)


def stands_by_for_views(notifier: ClosingNotifier) -> None:
    notifier.wait(QUIET_SECONDS)
    assert not notifier.is_projecting()


@pytest.fixture(params=["sqlite", "postgres"])
def notifiers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[ClosingNotifier, ClosingNotifier]]:
    """Of two processes."""
    url = request.getfixturevalue("database_url") if request.param == "postgres" else ""
    with ExitStack() as stack:
        one, other = (stack.enter_context(stores_in(tmp_path, url)).store.notifier for _ in range(2))
        yield one, other


def test_one_process_leads_until_it_releases_the_lock(
    notifiers: tuple[ClosingNotifier, ClosingNotifier],
) -> None:
    one, other = notifiers

    assert one.acquire_leader_lock(LONG_SECONDS)
    assert not other.acquire_leader_lock(0.05)
    one.release_leader_lock()
    assert other.acquire_leader_lock(LONG_SECONDS)


def test_the_lock_of_a_process_that_ends_passes_on(notifiers: tuple[ClosingNotifier, ClosingNotifier]) -> None:
    one, other = notifiers
    one.acquire_leader_lock(LONG_SECONDS)

    one.close()

    assert other.acquire_leader_lock(LONG_SECONDS)


def test_a_process_that_waits_for_the_lock_can_be_woken(notifiers: tuple[ClosingNotifier, ClosingNotifier]) -> None:
    one, other = notifiers
    one.acquire_leader_lock(LONG_SECONDS)
    taken: list[bool] = []
    waiting = threading.Thread(target=lambda: taken.append(other.acquire_leader_lock(LONG_SECONDS)))
    waiting.start()

    other.wake()
    waiting.join(LONG_SECONDS / 4)

    assert taken == [False]


def test_one_server_projects_until_it_ends(notifiers: tuple[ClosingNotifier, ClosingNotifier]) -> None:
    one, other = notifiers

    assert one.is_projecting() and not other.is_projecting()
    assert one.is_projecting(), "it no longer does, though it has not ended"
    assert other.acquire_leader_lock(LONG_SECONDS), "a lock of workers is held by a server"
    one.close()
    until(other.is_projecting, "the other does not begin")


def test_a_server_projects_without_a_file_for_the_lock(tmp_path: Path) -> None:
    with stores_in(tmp_path, "") as stores:
        (tmp_path / ".project.lock").mkdir()  # or another user's

        assert not stores.store.notifier.is_projecting()


def test_a_server_projects_without_a_connection_for_the_lock(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(url: str) -> NoReturn:
        raise StoreUnavailable("no connection is free")

    with stores_in(tmp_path, database_url) as stores:
        monkeypatch.setattr("interfaces.storage.postgres.notifier.connect", refuse)

        assert not stores.store.notifier.is_projecting()


@pytest.mark.parametrize("stands_by", [stands_by_for_a_run, stands_by_for_views])
def test_a_process_that_stands_by_keeps_no_notifications(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stands_by: Callable[[ClosingNotifier], None]
) -> None:
    """They would fill its memory, and then keep it busy."""
    monkeypatch.setattr("interfaces.storage.postgres.notifier.LOCK_SECONDS", 0.05)
    with (
        ExitStack() as stack,
        psycopg.connect(database_url, autocommit=True) as others,
    ):
        one, other = (stack.enter_context(stores_in(tmp_path, database_url)).store.notifier for _ in range(2))
        assert one.is_projecting() and one.acquire_leader_lock(LONG_SECONDS)
        stands_by(other)
        for _ in range(20):
            for _ in range(5):
                others.execute(f"notify {CHANNEL}")
            stands_by(other)

        waits = next(number for number in itertools.count() if is_quiet(other))

    assert waits < 20


def is_quiet(notifier: ClosingNotifier) -> bool:
    """Whether a wait ends without a notification."""
    began = time.monotonic()
    notifier.wait(QUIET_SECONDS)
    return time.monotonic() - began >= QUIET_SECONDS
