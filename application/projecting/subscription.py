"""The catch-up subscription: keeps the views up to date, and lets readers wait for their own writes."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from application.ports.event_log import ProjectingNotifier
from domain.errors import StoreUnavailable

log = logging.getLogger("reportrun.views")

IDLE_SECONDS = 1.0
RETRY_SECONDS = 0.5

PAUSE_SECONDS = 0.02
"""How long events gather before they are projected, unless a reader waits: a larger batch costs less per event."""

BUSY_PAUSE_SECONDS = 0.05
"""The same after a batch of `BUSY_EVENTS` or more: as many will come again."""

BUSY_EVENTS = 20

STANDBY_SECONDS = 0.2
"""How long a server leaves new events to the one that projects, unless a reader waits, before it looks at the views."""


def pause_after(events: int) -> float:
    """Seconds. events: how many were projected"""
    return BUSY_PAUSE_SECONDS if events >= BUSY_EVENTS else PAUSE_SECONDS


class CatchesUp(Protocol):
    """A `Projector`, in this process or another."""

    def position(self) -> int: ...

    def last_position(self) -> int: ...

    def catch_up(self, applied: Callable[[int], None] = ...) -> int: ...


class Subscription:
    """A thread that projects when the log has grown.

    Of many servers one projects; the others do it only where a reader waits, or where that one stands still.

    position  the views' position, as far as this process knows
    needed    the last position that this process has stored: its readers wait for it
    trouble   why projecting fails at present; None when it does not
    """

    def __init__(self, projector: CatchesUp, notifier: ProjectingNotifier) -> None:
        self._projector = projector
        self._notifier = notifier
        self._stopping = threading.Event()
        self._hurry = threading.Event()
        self._stands_by = True
        self._waiting: list[tuple[int, asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="views", daemon=True)
        self._look: asyncio.Task[None] | None = None
        self._next_look: asyncio.Task[None] | None = None
        self.position = 0
        self.needed = 0
        self.trouble: str | None = None

    def start(self) -> None:
        self.position = self._projector.catch_up()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._hurry.set()
        self._notifier.wake()
        self._thread.join()

    def committed(self, position: int) -> None:
        """Record that this process has stored events up to `position`: from now on readers wait for them."""
        self.needed = max(self.needed, position)
        self._notifier.wake()

    async def await_all(self) -> None:
        """From now on readers wait for every event that any process has stored so far.

        Callers that come while the log's end is read share the next read.
        """
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._look_after(self._look))
        await asyncio.shield(self._next_look)

    async def caught_up(self) -> None:
        """Wait until the views hold every event that this process has stored. Raises `StoreUnavailable` after 10 s."""
        needed = self.needed
        if self.position >= needed:
            return
        loop = asyncio.get_running_loop()
        reached: asyncio.Future[None] = loop.create_future()
        with self._lock:
            self._waiting.append((needed, loop, reached))
        if self.position >= needed:  # the views caught up between the two checks
            self._advance(self.position)
        self._hurry.set()
        if self._stands_by:  # it may have left the events of an earlier notification to another
            self._notifier.wake()
        try:
            await asyncio.wait_for(reached, timeout=10)
        except TimeoutError:
            raise _behind() from None

    async def _look_after(self, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait({earlier})
        self._look, self._next_look = self._next_look, None
        self.committed(await asyncio.to_thread(self._projector.last_position))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._notifier.wait(IDLE_SECONDS)
            self._hurry.clear()
            before = self.position
            try:
                if not self._is_projected_elsewhere():
                    self._advance(self._projector.catch_up(self._advance))
                    if self.position > before and not self._waiting:
                        self._hurry.wait(pause_after(self.position - before))
                self.trouble = None
            except Exception as trouble:  # the database is unreachable or full: retry
                if self.trouble is None:
                    expected = isinstance(trouble, StoreUnavailable)
                    log.error("The views cannot be brought up to date now. %s", trouble, exc_info=not expected)
                self._fail_waiters()
                self.trouble = str(trouble) or type(trouble).__name__
                self._stopping.wait(RETRY_SECONDS)

    def _is_projected_elsewhere(self) -> bool:
        """Leave new events to another server for a while. False when this one is to project them."""
        if self._waiting:
            return False
        self._stands_by = not self._notifier.is_projecting()
        if not self._stands_by or self._hurry.wait(STANDBY_SECONDS):
            return False
        before = self.position
        self._advance(self._projector.position())
        return self.position > before

    def _advance(self, position: int) -> None:
        self.position = max(self.position, position)
        with self._lock:
            reached = [waiter for waiter in self._waiting if waiter[0] <= self.position]
            self._waiting = [waiter for waiter in self._waiting if waiter[0] > self.position]
        for loop, futures in _by_loop(reached).items():
            loop.call_soon_threadsafe(_resolver(futures))

    def _fail_waiters(self) -> None:
        """Fail the requests that wait: the views cannot catch up at present."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for loop, futures in _by_loop(waiting).items():
            loop.call_soon_threadsafe(_failer(futures))


def _by_loop(
    waiting: list[tuple[int, asyncio.AbstractEventLoop, asyncio.Future[None]]],
) -> dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]]:
    grouped: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for _, loop, future in waiting:
        grouped.setdefault(loop, []).append(future)
    return grouped


def _resolver(futures: list[asyncio.Future[None]]) -> Callable[[], None]:
    def resolve() -> None:
        for future in futures:
            if not future.done():
                future.set_result(None)

    return resolve


def _failer(futures: list[asyncio.Future[None]]) -> Callable[[], None]:
    def fail() -> None:
        for future in futures:
            if not future.done():
                future.set_exception(_behind())

    return fail


def _behind() -> StoreUnavailable:
    return StoreUnavailable("The views are behind the log. Try again in a moment.")
