"""Group commit: one writer puts the events of everyone who waits into one transaction, then answers each.

A commit to disk costs the same for one event as for a hundred, so whoever arrives while a commit is under way shares
the next one. Nobody is answered before the commit that holds their events.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from eventsourcing.persistence import IntegrityError

from application.receipts import Append
from domain.errors import StoreUnavailable

MAX_EVENTS = 1_000
"""Events of one transaction; what waits beyond goes into the next."""

ANSWER_SECONDS = 10.0
"""How long a request waits for its commit before it is told to come again."""


class EventAppender(Protocol):
    """Puts events into the log."""

    def append(self, appends: Sequence[Append]) -> list[int]:
        """Store all of them in one transaction, durably, and give the position of the last event of each.

        Raises `IntegrityError`, with nothing stored, when an event of that aggregate and version, or a receipt of that
        account, mode and key, is there already.
        """


class GroupCommit:
    """The one writer of a process. Call it from coroutines of one event loop."""

    def __init__(self, appender: EventAppender, committed: Callable[[int], None]) -> None:
        """committed  called from the writer's thread after each commit, with the newest position"""
        self._appender = appender
        self._committed = committed
        self._waiting: deque[_Request] = deque()
        self._something_waits = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._write_until_stopped, name="group-commit", daemon=True)
        self._thread.start()

    async def append(self, append: Append) -> int:
        """Store what one request appends, all or none, and give the position of its last event.

        Raises what the store raises; `IntegrityError` when another writer was first; `StoreUnavailable` when the store
        hangs: whoever has not had a turn by then is not stored later either.
        """
        request = _Request(append, asyncio.get_running_loop())
        with self._something_waits:
            if self._stopping:
                raise RuntimeError("The writer has stopped; nothing was stored.")
            self._waiting.append(request)
            self._something_waits.notify()
        try:
            return await asyncio.wait_for(request.answer, ANSWER_SECONDS)
        except TimeoutError:
            raise StoreUnavailable("The store does not answer now. Try again in a moment.") from None

    def stop(self) -> None:
        """Store what waits, then end. Whoever comes later is refused."""
        with self._something_waits:
            self._stopping = True
            self._something_waits.notify()
        self._thread.join()

    def _write_until_stopped(self) -> None:
        while group := self._next_group():
            outcomes = self._store(group)
            stored = [outcome for outcome in outcomes if isinstance(outcome, int)]
            if stored:
                self._committed(max(stored))
            _answer(group, outcomes)

    def _next_group(self) -> list[_Request]:
        """Everyone who waits, up to `MAX_EVENTS`; empty only when the writer has been stopped and nobody waits."""
        with self._something_waits:
            while not self._somebody_waits() and not self._stopping:
                self._something_waits.wait()
            group: list[_Request] = []
            events = 0
            while self._somebody_waits() and (not group or events + len(self._waiting[0].append.events) <= MAX_EVENTS):
                request = self._waiting.popleft()
                events += len(request.append.events)
                group.append(request)
            return group

    def _somebody_waits(self) -> bool:
        """Pass over those at the front who wait no more: they have been told that nothing was stored."""
        while self._waiting and self._waiting[0].answer.done():
            self._waiting.popleft()
        return bool(self._waiting)

    def _store(self, group: list[_Request]) -> Sequence[int | Exception]:
        try:
            return self._appender.append([request.append for request in group])
        except IntegrityError as conflict:
            if len(group) == 1:
                return [conflict]
            return [self._store_alone(request) for request in group]
        except Exception as failure:  # the commit failed: every request of it failed, and the writer goes on
            return [failure] * len(group)

    def _store_alone(self, request: _Request) -> int | Exception:
        """One request in a transaction of its own, so that whoever lost a race loses alone."""
        return self._store([request])[0]


class _Request:
    __slots__ = ("answer", "append", "loop")

    def __init__(self, append: Append, loop: asyncio.AbstractEventLoop) -> None:
        self.append = append
        self.loop = loop
        self.answer: asyncio.Future[int] = loop.create_future()


def _answer(group: Sequence[_Request], outcomes: Sequence[int | Exception]) -> None:
    """Wake each request's coroutine, with one call into the event loop for all of them."""

    def settle() -> None:
        for request, outcome in zip(group, outcomes, strict=True):
            if request.answer.done():  # its client has gone
                continue
            if isinstance(outcome, Exception):
                request.answer.set_exception(outcome)
            else:
                request.answer.set_result(outcome)

    loop = group[0].loop
    if not loop.is_closed():
        loop.call_soon_threadsafe(settle)
