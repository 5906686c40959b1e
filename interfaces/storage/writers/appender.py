"""An appender that lets a writer process do its work: a commit does not hold up the interpreter that serves HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from eventsourcing.persistence import IntegrityError

from application.log.group_commit import Appender
from application.log.idempotency_records import Append, KeysRecorded
from domain.errors import StoreUnavailable
from interfaces.processes.async_channel import AsyncChannel
from interfaces.processes.channel import ChannelClosed
from interfaces.processes.restarting import RestartingProcess
from interfaces.storage.sql.idempotency_records import record_of
from interfaces.storage.writers.messages import append_as_tuples
from interfaces.storage.writers.protocol import CONFLICT, RECORDED, STORED

Result = TypeVar("Result")


class WriterProcessAppender:
    """Appends through the writer process while that is ready, else through an appender of this process."""

    def __init__(
        self, fallback: Appender, process: RestartingProcess, check_files: Callable[[int], None] = lambda position: None
    ) -> None:
        """check_files  as of `Store`: a process that was restarted would open another file without noticing"""
        self._check_files = check_files
        self._fallback = fallback
        self._process = process
        self._channel: AsyncChannel | None = None
        self._thread = ThreadPoolExecutor(1, "writer process")  # to start and stop a process blocks for a moment

    async def append(self, appends: Sequence[Append]) -> list[int]:
        """As `Appender.append`.

        Raises `StoreUnavailable` when the process died over it: the events may be stored or not, as when a database
        goes away. A retry under the same idempotency key gets the answer.
        """
        channel = await self._open_channel()
        if channel is None:
            return await self._fallback.append(appends)
        try:
            kind, outcome = await channel.request(
                [append_as_tuples(one) for one in appends], self._process.answer_seconds
            )
        except ChannelClosed as error:
            await self._give_up(error)
            raise StoreUnavailable("The store does not answer now. Try again in a moment.") from error
        if kind == STORED:
            positions: list[int] = outcome
            self._check_files(max(positions, default=0))
            return positions
        if kind == RECORDED:
            records, position = outcome
            raise KeysRecorded({place: record_of(record) for place, record in records.items()}, position)
        raise IntegrityError(outcome) if kind == CONFLICT else StoreUnavailable(outcome)

    async def close(self) -> None:
        """Stop the process."""
        if self._channel is not None:
            self._channel.close()
        await self._on_thread(self._process.stop)

    async def _open_channel(self) -> AsyncChannel | None:
        """The channel to a process that is ready; None when there is none."""
        if self._channel is not None and self._channel.is_closed:
            await self._give_up(ChannelClosed("the process has gone"))
        if self._channel is None and await self._on_thread(self._process.is_ready):
            self._channel = AsyncChannel(self._process.channel)
        return self._channel

    async def _give_up(self, error: ChannelClosed) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        await self._on_thread(self._process.give_up, error)

    async def _on_thread(self, work: Callable[..., Result], *arguments: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)
