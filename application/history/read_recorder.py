"""Records reads: those that arrive together share a commit, and each waits until it is stored."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from eventsourcing.persistence import IntegrityError

from application.log.event_store import EventStore
from application.log.idempotency_records import Append
from domain.errors import StoreUnavailable
from domain.files.read_log import Read, ReadLog

TRIES = 10
"""How often reads of one run are stored anew because another server has recorded one meanwhile."""

MAX_READS = 500
"""Most reads of one commit; the next one takes the rest."""


class _Waiting(NamedTuple):
    read: Read
    stored: asyncio.Future[None]


class ReadRecorder:
    """The one recorder of a process, for the coroutines of one event loop.

    with_looks  whether looks at runs, histories and files are recorded too, or downloads alone
    """

    def __init__(
        self, events: EventStore, append: Callable[[Append], Awaitable[int]], *, with_looks: bool = False
    ) -> None:
        self.with_looks = with_looks
        self._events = events
        self._append = append
        self._waiting: list[_Waiting] = []
        self._storing: asyncio.Task[None] | None = None

    async def record(self, read: Read) -> None:
        """Store a read; when this returns, it is on disk. Raises `StoreUnavailable`: then it is not to be answered."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(read, loop.create_future())
        self._waiting.append(waiting)
        if self._storing is None:  # starts after this iteration of the loop, so that its reads share a commit
            self._storing = loop.create_task(self._store_all())
        await waiting.stored

    async def _store_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MAX_READS], self._waiting[MAX_READS:]
            runs: dict[str, list[_Waiting]] = defaultdict(list)
            for one in batch:
                runs[one.read.run_id].append(one)
            await asyncio.gather(*(self._store(reads) for reads in runs.values()))
        self._storing = None

    async def _store(self, waiting: Sequence[_Waiting]) -> None:
        """Store the reads of one run, and answer those who wait for them."""
        try:
            await self._stored([one.read for one in waiting])
        except Exception as failure:  # each request says so itself; the recorder goes on
            for one in waiting:
                if not one.stored.done():
                    one.stored.set_exception(failure)
            return
        for one in waiting:
            if not one.stored.done():  # else its client has gone
                one.stored.set_result(None)

    async def _stored(self, reads: Sequence[Read]) -> None:
        id = ReadLog.id_of(reads[0].run_id)
        for _ in range(TRIES):
            last = await asyncio.to_thread(self._events.stored_version, id)
            events = [self._events.mapper.to_stored_event(event) for event in ReadLog.recorded(reads, last)]
            try:
                await self._append(Append(events))
                return
            except IntegrityError:
                continue
        raise StoreUnavailable("This read could not be recorded now, as many others are. Try again in a moment.")
