"""Group commit: the events of all waiting requests go into one transaction, then each request is answered.

A commit to disk costs the same for one event as for a hundred, so requests that arrive during a commit share the next
one. A request is answered only after the commit that holds its events.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from eventsourcing.persistence import IntegrityError

from application.log.idempotency_records import Append, KeyRecorded, KeysRecorded
from domain.errors import StoreUnavailable

MAX_EVENTS = 1_000
"""Most events of one transaction, unless one request has more; the next transaction takes the rest."""

ANSWER_SECONDS = 10.0
"""How long a request waits for its commit before it is answered with an error that may pass."""

LOOK_SECONDS = 0.5
"""How often the waiting requests are checked against that limit."""


class BlockingAppender(Protocol):
    """Appends events to the log, and blocks its thread meanwhile."""

    def append(self, appends: Sequence[Append]) -> list[int]:
        """Store all of them in one transaction, durably, and give the position of the last event of each.

        Raises `IntegrityError`, with nothing stored, when there is an event of the same aggregate and version, or a
        record of the same account, mode and idempotency key; for keys `KeysRecorded`, with their records.
        """


class Appender(Protocol):
    """Appends events to the log while the event loop goes on."""

    async def append(self, appends: Sequence[Append]) -> list[int]:
        """As `BlockingAppender.append`; one call at a time."""


class ThreadedAppender:
    """Runs a blocking appender on a thread of its own."""

    def __init__(self, appender: BlockingAppender) -> None:
        self._appender = appender
        self._thread = ThreadPoolExecutor(1, "append")

    async def append(self, appends: Sequence[Append]) -> list[int]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._appender.append, appends)


class GroupCommit:
    """The one writer of a process, for the coroutines of one event loop."""

    def __init__(self, appender: Appender, committed: Callable[[int], None]) -> None:
        """committed  called after each commit, and when keys have records already, with the newest position known"""
        self._appender = appender
        self._committed = committed
        self._waiting: deque[_Request] = deque()
        self._unanswered: dict[_Request, None] = {}
        self._deadlines: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None
        self._stopping = False

    async def append(self, append: Append) -> int:
        """Store what one request appends, all or none, and give the position of its last event.

        Raises what the store raises; `IntegrityError` when another writer was first; `StoreUnavailable` when the store
        hangs: a request that was still in the queue then is not stored later either.
        """
        if self._stopping:
            raise RuntimeError("The writer has stopped; nothing was stored.")
        loop = asyncio.get_running_loop()
        request = _Request(append, loop)
        self._waiting.append(request)
        self._unanswered[request] = None
        if self._writing is None:  # starts after this iteration of the loop: its requests share a commit
            self._writing = loop.create_task(self._write())
        if self._deadlines is None:
            self._deadlines = loop.call_later(LOOK_SECONDS, self._refuse_overdue, loop)
        try:
            return await request.answer
        finally:
            del self._unanswered[request]

    async def stop(self) -> None:
        """Store what waits, then end; later requests are refused."""
        self._stopping = True
        if self._writing is not None:
            await asyncio.wait({self._writing})

    def _refuse_overdue(self, loop: asyncio.AbstractEventLoop) -> None:
        """Fail the requests that have waited too long. One timer for all costs less than one for each."""
        now = loop.time()
        for request in self._unanswered:
            if now - request.since < ANSWER_SECONDS:
                break  # the following ones came later
            if not request.answer.done():
                request.answer.set_exception(StoreUnavailable("The store does not answer now. Try again in a moment."))
        self._deadlines = loop.call_later(LOOK_SECONDS, self._refuse_overdue, loop) if self._unanswered else None

    async def _write(self) -> None:
        """Commit one group after the other until the queue is empty."""
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
        """The waiting requests in the order of arrival, up to `MAX_EVENTS`."""
        group: list[_Request] = []
        events = 0
        while self._waiting:
            request = self._waiting[0]
            if not request.answer.done():  # else it has failed by its deadline, or its client has gone
                events += len(request.append.events)
                if group and events > MAX_EVENTS:
                    break
                group.append(request)
            self._waiting.popleft()
        return group

    async def _store(self, group: list[_Request]) -> Sequence[int | Exception]:
        try:
            return await self._appender.append([request.append for request in group])
        except KeysRecorded as repeats:
            return await self._store_others(group, repeats)
        except IntegrityError as conflict:
            if len(group) == 1:
                return [conflict]
            return [await self._store_alone(request) for request in group]
        except Exception as failure:  # the commit failed: every request of it failed, and the writer goes on
            return [failure] * len(group)

    async def _store_others(self, group: list[_Request], repeats: KeysRecorded) -> Sequence[int | Exception]:
        """Answer the requests of a group whose keys have records, and store the others together."""
        self._committed(repeats.position)  # another server may have stored what an answer tells of
        outcomes: dict[int, int | Exception] = {place: KeyRecorded(record) for place, record in repeats.records.items()}
        for place, outcome in outcomes.items():
            group[place].answer_with(outcome)
        others = [place for place in range(len(group)) if place not in outcomes]
        if others:
            outcomes.update(zip(others, await self._store([group[place] for place in others]), strict=True))
        return [outcomes[place] for place in range(len(group))]

    async def _store_alone(self, request: _Request) -> int | Exception:
        """One request in a transaction of its own, so that only the one in conflict fails."""
        if request.answer.done():  # it has failed by its deadline
            return StoreUnavailable("It has waited too long.")
        outcomes = await self._store([request])
        self._answer([request], outcomes)  # without waiting for the others
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
