"""Group commit: one writer puts the events of everyone who waits into one transaction, then answers each.

A commit to disk costs the same for one event as for a hundred, so whoever arrives while a commit is under way shares
the next one. Nobody is answered before the commit that holds their events.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Protocol

from eventsourcing.persistence import IntegrityError

from application.receipts import Append
from domain.errors import StoreUnavailable

MAX_EVENTS = 1_000
"""Events of one transaction; what waits beyond goes into the next."""

ANSWER_SECONDS = 10.0
"""How long a request waits for its commit before it is told to come again."""

HANDFUL = 8
"""Requests that are handed to the writer without waiting for more: it commits them while the event loop goes on."""

LOOK_SECONDS = 0.5
"""How often it is looked who has waited that long."""


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
        self._gathered: list[_Request] = []
        self._waiting: SimpleQueue[list[_Request] | None] = SimpleQueue()
        self._held_over: list[_Request] = []
        self._unanswered: dict[_Request, None] = {}
        self._looking: asyncio.TimerHandle | None = None
        self._admission = threading.Lock()
        self._stopping = False
        self._thread = threading.Thread(target=self._write_until_stopped, name="group-commit", daemon=True)
        self._thread.start()

    async def append(self, append: Append) -> int:
        """Store what one request appends, all or none, and give the position of its last event.

        Raises what the store raises; `IntegrityError` when another writer was first; `StoreUnavailable` when the store
        hangs: whoever has not had a turn by then is not stored later either.
        """
        loop = asyncio.get_running_loop()
        request = _Request(append, loop)
        with self._admission:
            if self._stopping:
                raise RuntimeError("The writer has stopped; nothing was stored.")
            self._gathered.append(request)
            if len(self._gathered) == HANDFUL:
                self._waiting.put(self._gathered)
                self._gathered = []
            elif len(self._gathered) == 1:
                loop.call_soon(self._hand_over)
        self._unanswered[request] = None
        if self._looking is None:
            self._looking = loop.call_later(LOOK_SECONDS, self._refuse_overdue, loop)
        try:
            return await request.answer
        finally:
            del self._unanswered[request]

    def stop(self) -> None:
        """Store what waits, then end. Whoever comes later is refused."""
        with self._admission:
            self._stopping = True
            self._waiting.put(self._gathered)
            self._gathered = []
            self._waiting.put(None)
        self._thread.join()

    def _hand_over(self) -> None:
        """Give the writer all that has come in one turn of the event loop: they share a commit."""
        with self._admission:
            if self._gathered:
                self._waiting.put(self._gathered)
                self._gathered = []

    def _refuse_overdue(self, loop: asyncio.AbstractEventLoop) -> None:
        """Tell who has waited too long. One look at all of them costs less than a clock for each."""
        now = loop.time()
        for request in self._unanswered:
            if now - request.since < ANSWER_SECONDS:
                break  # those behind came later
            if not request.answer.done():
                request.answer.set_exception(StoreUnavailable("The store does not answer now. Try again in a moment."))
        self._looking = loop.call_later(LOOK_SECONDS, self._refuse_overdue, loop) if self._unanswered else None

    def _write_until_stopped(self) -> None:
        while group := self._next_group():
            outcomes = self._store(group)
            stored = [outcome for outcome in outcomes if isinstance(outcome, int)]
            if stored:
                self._committed(max(stored))
            _answer(group, outcomes)

    def _next_group(self) -> list[_Request]:
        """Everyone who waits, up to `MAX_EVENTS`; empty only when the writer has been stopped and nobody waits."""
        group: list[_Request] = []
        events = 0
        while True:
            waiting = self._held_over or self._waiting.get()
            if waiting is None:
                if group:
                    self._waiting.put(None)  # the end is still to come
                return group
            self._held_over = []
            for place, request in enumerate(waiting):
                if request.answer.done():  # it has been told that nothing was stored
                    continue
                events += len(request.append.events)
                if group and events > MAX_EVENTS:
                    self._held_over = waiting[place:]
                    return group
                group.append(request)
            if group and self._waiting.empty():
                return group

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
    __slots__ = ("answer", "append", "loop", "since")

    def __init__(self, append: Append, loop: asyncio.AbstractEventLoop) -> None:
        self.append = append
        self.loop = loop
        self.since = loop.time()
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
