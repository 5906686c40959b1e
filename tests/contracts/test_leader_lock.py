"""Locks that end with their process: of the leader, who can release it too, and of the server that projects."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from interfaces.storage.store import ClosingNotifier
from tests.support.stores import stores_in

LONG_SECONDS = 20.0


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
    assert other.is_projecting()
