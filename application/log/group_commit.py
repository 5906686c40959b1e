"""Group commit: one writer puts the events of everyone who waits into one transaction, then answers each.

A commit to disk costs the same for one event as for a hundred, so whoever arrives while a commit is under way shares
the next one. Nobody is answered before the commit that holds their events.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from eventsourcing.persistence import IntegrityError

from application.log.idempotency_records import Append
from domain.errors import StoreUnavailable

MAX_EVENTS = 1_000
"""Events of one transaction; what waits beyond goes into the next."""

ANSWER_SECONDS = 10.0
"""How long a request waits for its commit before it is told to come again."""

LOOK_SECONDS = 0.5
"""How often it is looked who has waited that long."""


class BlockingAppender(Protocol):
    """Puts events into the log, and blocks its thread until they are there."""

    def append(self, appends: Sequence[Append]) -> list[int]:
        """Store all of them in one transaction, durably, and give the position of the last event of each.

        Raises `IntegrityError`, with nothing stored, when an event of that aggregate and version, or a receipt of that
        account, mode and key, is there already.
        """


class Appender(Protocol):
    """Puts events into the log while the event loop goes on."""

    async def append(self, appends: Sequence[Append]) -> list[int]:
        """As `BlockingAppender.append`. Asked for one thing at a time."""


class OnThread:
    """An appender that blocks, on a thread of its own."""

    def __init__(self, appender: BlockingAppender) -> None:
        self._appender = appender
        self._thread = ThreadPoolExecutor(1, "append")

    async def append(self, appends: Sequence[Append]) -> list[int]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._appender.append, appends)


class GroupCommit:
    """The one writer of a process. Call it from coroutines of one event loop."""

    def __init__(self, appender: Appender, committed: Callable[[int], None]) -> None:
        """committed  called after each commit, with the newest position"""
        self._appender = appender
        self._committed = committed
        self._waiting: deque[_Request] = deque()
        self._unanswered: dict[_Request, None] = {}
        self._looking: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None
        self._stopping = False

    async def append(self, append: Append) -> int:
        """Store what one request appends, all or none, and give the position of its last event.

        Raises what the store raises; `IntegrityError` when another writer was first; `StoreUnavailable` when the store
        hangs: whoever has not had a turn by then is not stored later either.
        """
        if self._stopping:
            raise RuntimeError("The writer has stopped; nothing was stored.")
        loop = asyncio.get_running_loop()
        request = _Request(append, loop)
        self._waiting.append(request)
        self._unanswered[request] = None
        if self._writing is None:  # it begins when this turn of the loop has ended: all that came in it share a commit
            self._writing = loop.create_task(self._write())
        if self._looking is None:
            self._looking = loop.call_later(LOOK_SECONDS, self._refuse_overdue, loop)
        try:
            return await request.answer
        finally:
            del self._unanswered[request]

    async def stop(self) -> None:
        """Store what waits, then end. Whoever comes later is refused."""
        self._stopping = True
        if self._writing is not None:
            await asyncio.wait({self._writing})

    def _refuse_overdue(self, loop: asyncio.AbstractEventLoop) -> None:
        """Tell who has waited too long. One look at all of them costs less than a clock for each."""
        now = loop.time()
        for request in self._unanswered:
            if now - request.since < ANSWER_SECONDS:
                break  # those behind came later
            if not request.answer.done():
                request.answer.set_exception(StoreUnavailable("The store does not answer now. Try again in a moment."))
        self._looking = loop.call_later(LOOK_SECONDS, self._refuse_overdue, loop) if self._unanswered else None

    async def _write(self) -> None:
        """Commit one group after the other until nobody waits."""
        while group := self._next_group():
            self._answer(group, await self._store(group))
        self._writing = None

    def _answer(self, group: Sequence[_Request], outcomes: Sequence[int | Exception]) -> None:
        stored = [outcome for outcome in outcomes if isinstance(outcome, int)]
        if stored:
            self._committed(max(stored))
        for request, outcome in zip(group, outcomes, strict=True):
            request.answer_with(outcome)

    def _next_group(self) -> list[_Request]:
        """Everyone who waits, in the order of arrival, up to `MAX_EVENTS`."""
        group: list[_Request] = []
        events = 0
        while self._waiting:
            request = self._waiting[0]
            if not request.answer.done():  # else it has been told that nothing was stored, or its client has gone
                events += len(request.append.events)
                if group and events > MAX_EVENTS:
                    break
                group.append(request)
            self._waiting.popleft()
        return group

    async def _store(self, group: list[_Request]) -> Sequence[int | Exception]:
        try:
            return await self._appender.append([request.append for request in group])
        except IntegrityError as conflict:
            if len(group) == 1:
                return [conflict]
            return [await self._store_alone(request) for request in group]
        except Exception as failure:  # the commit failed: every request of it failed, and the writer goes on
            return [failure] * len(group)

    async def _store_alone(self, request: _Request) -> int | Exception:
        """One request in a transaction of its own, so that whoever lost a race loses alone."""
        if request.answer.done():  # it has been told that nothing was stored
            return StoreUnavailable("It has waited too long.")
        outcomes = await self._store([request])
        self._answer([request], outcomes)  # it need not wait for the others
        return outcomes[0]


class _Request:
    __slots__ = ("answer", "append", "since")

    def __init__(self, append: Append, loop: asyncio.AbstractEventLoop) -> None:
        self.append = append
        self.since = loop.time()
        self.answer: asyncio.Future[int] = loop.create_future()

    def answer_with(self, outcome: int | Exception) -> None:
        if self.answer.done():  # its client has gone
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)
