"""An appender whose work is done by a helper: the log is written without the interpreter that answers requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from eventsourcing.persistence import IntegrityError

from application.log.group_commit import Appender
from application.log.idempotency_records import Append
from domain.errors import StoreUnavailable
from interfaces.processes import restarting as helpers
from interfaces.processes.async_channel import AsyncChannel
from interfaces.processes.channel import Ended
from interfaces.processes.restarting import RestartingProcess
from interfaces.storage.writers.protocol import CONFLICT, STORED

Result = TypeVar("Result")


class WriterProcessAppender:
    """Appends through a helper while that is well, else by itself."""

    def __init__(self, own: Appender, helper: RestartingProcess) -> None:
        self._own = own
        self._helper = helper
        self._conversation: AsyncChannel | None = None
        self._thread = ThreadPoolExecutor(1, "helper")  # to start and end processes, which takes a moment

    async def append(self, appends: Sequence[Append]) -> list[int]:
        """As `Appender.append`.

        Raises `StoreUnavailable` when the helper died over it: what it was given may be stored or not, as when a
        database goes away. Whoever asks again under the same key is told which.
        """
        conversation = await self._with_helper()
        if conversation is None:
            return await self._own.append(appends)
        try:
            word, told = await conversation.ask([_as_tuples(one) for one in appends], helpers.ANSWER_SECONDS)
        except Ended as trouble:
            await self._give_up(trouble)
            raise StoreUnavailable("The store does not answer now. Try again in a moment.") from trouble
        if word == STORED:
            positions: list[int] = told
            return positions
        raise IntegrityError(told) if word == CONFLICT else StoreUnavailable(told)

    async def close(self) -> None:
        """Let the helper end."""
        if self._conversation is not None:
            self._conversation.end()
        await self._aside(self._helper.stop)

    async def _with_helper(self) -> AsyncChannel | None:
        if self._conversation is not None and self._conversation.has_ended:
            await self._give_up(Ended("it has gone"))
        if self._conversation is None and await self._aside(self._helper.is_ready):
            self._conversation = AsyncChannel(self._helper.frames)
        return self._conversation

    async def _give_up(self, trouble: Ended) -> None:
        if self._conversation is not None:
            self._conversation.end()
            self._conversation = None
        await self._aside(self._helper.give_up, trouble)

    async def _aside(self, work: Callable[..., Result], *arguments: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)


def _as_tuples(append: Append) -> tuple[list[tuple[Any, ...]], tuple[Any, ...] | None]:
    events = [(one.originator_id, one.originator_version, one.topic, one.state) for one in append.events]
    record = append.record
    if record is None:
        return events, None
    return events, (
        record.scope.account,
        record.scope.livemode,
        record.key,
        record.fingerprint,
        record.status,
        record.body,
        record.request_id,
        record.created,
    )
