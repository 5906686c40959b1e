"""Of many servers one projects; another does it where a reader waits, or where that one stands still."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from application.projecting.subscription import STANDBY_SECONDS, Subscription
from tests.support.processes import until


class Log:
    """The positions of a log and of its views, and what is done about them."""

    def __init__(self) -> None:
        self.last = self.views = 0
        self.catch_ups: list[int] = []
        self.looks = 0

    def position(self) -> int:
        self.looks += 1
        return self.views

    def last_position(self) -> int:
        return self.last

    def catch_up(self, applied: Callable[[int], None] = lambda position: None) -> int:
        if self.views != self.last:
            self.catch_ups.append(self.last)
            self.views = self.last
        return self.views


class Notifier:
    def __init__(self, *, is_projecting: bool) -> None:
        self._is_projecting = is_projecting
        self._woken = threading.Event()

    def wait(self, timeout_seconds: float) -> None:
        """Without the time, so that a machine that stands still changes nothing."""
        self._woken.wait()
        self._woken.clear()

    def wake(self) -> None:
        self._woken.set()

    def is_projecting(self) -> bool:
        return self._is_projecting


class Server:
    def __init__(self, *, is_projecting: bool) -> None:
        self.log = Log()
        self.subscription = Subscription(self.log, Notifier(is_projecting=is_projecting))

    def shows(self, position: int) -> bool:
        return self.subscription.position >= position

    def store(self, position: int) -> None:
        self.log.last = position
        self.subscription.committed(position)


@pytest.fixture
def follower() -> Iterator[Server]:
    server = Server(is_projecting=False)
    server.subscription.start()
    yield server
    server.subscription.stop()


def test_the_server_that_projects_does_so_at_once() -> None:
    server = Server(is_projecting=True)
    server.subscription.start()

    server.store(7)
    until(lambda: server.log.catch_ups == [7], "nothing was projected")
    server.subscription.stop()

    assert server.log.looks == 0


def test_another_leaves_events_to_the_one_that_projects(follower: Server) -> None:
    for position in range(1, 6):
        follower.log.views = position  # as the other has projected
        follower.store(position + 1)
        until(partial(follower.shows, position), "the views were not looked at")

    assert follower.log.catch_ups == []


def test_another_projects_where_the_first_stands_still(follower: Server) -> None:
    follower.store(7)

    until(lambda: follower.log.catch_ups == [7], "nothing was projected")
    assert follower.log.looks >= 1


def test_a_reader_of_events_that_were_left_to_a_slow_server_waits_for_nobody(follower: Server) -> None:
    follower.log.views = 3  # of five, which the other goes on with
    follower.store(5)
    until(partial(follower.shows, 3), "the views were not looked at")

    asyncio.run(follower.subscription.caught_up())

    assert follower.log.catch_ups == [5]


def test_a_reader_of_another_server_waits_for_nobody(follower: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.projecting.subscription.STANDBY_SECONDS", 60.0)
    follower.store(7)
    time.sleep(STANDBY_SECONDS / 10)  # until it stands by, as is likely; the reader is answered either way

    asyncio.run(follower.subscription.caught_up())

    assert follower.log.catch_ups == [7] and follower.log.looks == 0
