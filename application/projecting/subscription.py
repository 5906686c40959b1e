"""The subscription: keeps the views up to date while the process lives, and lets readers wait for what they wrote."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from application.ports.event_log import LogNotifier
from domain.errors import StoreUnavailable

log = logging.getLogger("reportrun.views")

IDLE_SECONDS = 1.0
RETRY_SECONDS = 0.5

PAUSE_SECONDS = 0.02
"""How long events gather before they are projected, unless somebody waits for them: many at once cost each less."""


class CatchesUp(Protocol):
    """Brings views up to date: a `Projector`, or what has one work for it."""

    def last_position(self) -> int: ...

    def catch_up(self, applied: Callable[[int], None] = ...) -> int: ...


class Subscription:
    """A thread that projects whenever the log has grown.

    position  how far the views have come, as far as this process knows
    needed    how far they must have come for readers of this process to see what it has written
    trouble   why the views cannot be brought up to date now; None when they can
    """

    def __init__(self, projector: CatchesUp, notifier: LogNotifier) -> None:
        self._projector = projector
        self._notifier = notifier
        self._stopping = threading.Event()
        self._hurry = threading.Event()
        self._waiting: list[tuple[int, asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._follow, name="views", daemon=True)
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
        """Say that this process has stored events up to `position`: readers wait for them from now on."""
        self.needed = max(self.needed, position)
        self._notifier.wake()

    async def caught_up_with_all(self) -> None:
        """Wait until the views hold everything that any process has stored by now."""
        self.committed(await asyncio.to_thread(self._projector.last_position))
        await self.caught_up()

    async def caught_up(self) -> None:
        """Wait until the views hold everything that this process has stored."""
        needed = self.needed
        if self.position >= needed:
            return
        loop = asyncio.get_running_loop()
        reached: asyncio.Future[None] = loop.create_future()
        with self._lock:
            self._waiting.append((needed, loop, reached))
        if self.position >= needed:  # the views came up between the two looks
            self._tell(self.position)
        self._hurry.set()
        try:
            await asyncio.wait_for(reached, timeout=10)
        except TimeoutError:
            raise _behind() from None

    def _follow(self) -> None:
        while not self._stopping.is_set():
            self._notifier.wait(IDLE_SECONDS)
            self._hurry.clear()
            before = self.position
            try:
                self._tell(self._projector.catch_up(self._tell))
                self.trouble = None
                if self.position > before and not self._waiting:
                    self._hurry.wait(PAUSE_SECONDS)
            except Exception as trouble:  # the database is away, or full: the views wait
                if self.trouble is None:
                    foreseen = isinstance(trouble, StoreUnavailable)
                    log.error("The views cannot be brought up to date now. %s", trouble, exc_info=not foreseen)
                self._refuse()
                self.trouble = str(trouble) or type(trouble).__name__
                self._stopping.wait(RETRY_SECONDS)

    def _tell(self, position: int) -> None:
        self.position = max(self.position, position)
        with self._lock:
            reached = [waiter for waiter in self._waiting if waiter[0] <= self.position]
            self._waiting = [waiter for waiter in self._waiting if waiter[0] > self.position]
        for loop, futures in _by_loop(reached).items():
            loop.call_soon_threadsafe(_resolver(futures))

    def _refuse(self) -> None:
        """Let nobody wait for views that cannot come."""
        with self._lock:
            refused, self._waiting = self._waiting, []
        for loop, futures in _by_loop(refused).items():
            loop.call_soon_threadsafe(_refuser(futures))


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


def _refuser(futures: list[asyncio.Future[None]]) -> Callable[[], None]:
    def refuse() -> None:
        for future in futures:
            if not future.done():
                future.set_exception(_behind())

    return refuse


def _behind() -> StoreUnavailable:
    return StoreUnavailable("The views are behind the log. Try again in a moment.")
