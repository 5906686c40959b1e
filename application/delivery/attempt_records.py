"""Records attempts: those that end while a transaction runs are stored together in the next one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from application.ports.outbox import Attempt, Outbox
from domain.errors import StoreUnavailable

log = logging.getLogger("reportrun.webhooks")

RETRY_SECONDS = 0.5


class AttemptRecords:
    """An attempt that is lost before it is stored is made again, once its lease has expired."""

    def __init__(self, outbox: Outbox, worker: str, recorded: Callable[[Sequence[Attempt]], Awaitable[None]]) -> None:
        """recorded  called with the attempts of each transaction, after its commit"""
        self._outbox = outbox
        self._worker = worker
        self._recorded = recorded
        self._waiting: list[Attempt] = []
        self._task: asyncio.Task[None] | None = None

    def add(self, attempt: Attempt) -> None:
        self._waiting.append(attempt)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._store_all())

    async def all_stored(self) -> None:
        """Wait until every attempt that was added is stored."""
        while self._task is not None and not self._task.done():
            await asyncio.wait({self._task})

    async def _store_all(self) -> None:
        while self._waiting:
            attempts, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self._outbox.record, self._worker, attempts)
            except StoreUnavailable as trouble:
                log.warning("Attempts at deliveries cannot be recorded now. %s", trouble)
                self._waiting = attempts + self._waiting
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await self._tell(attempts)

    async def _tell(self, attempts: Sequence[Attempt]) -> None:
        try:
            await self._recorded(attempts)
        except StoreUnavailable as trouble:  # the next attempts are looked at again
            log.warning("What follows from attempts at deliveries cannot be recorded now. %s", trouble)
        except Exception:
            log.exception("What follows from attempts at deliveries could not be recorded")
