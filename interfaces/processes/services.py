"""Services of a server: what starts before its first request, and stops after its last."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, NamedTuple

Step = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    """For a service that only starts, or only stops."""


class Service(NamedTuple):
    """Something that runs as long as a server does."""

    start: Step = _nothing
    stop: Step = _nothing


@asynccontextmanager
async def running(services: Sequence[Service]) -> AsyncIterator[None]:
    """Start services in order, and stop in reverse those that have started, also when one fails to start or stop."""
    async with AsyncExitStack() as started:
        for service in services:
            await service.start()
            started.push_async_callback(service.stop)
        yield


def in_thread(work: Callable[[], object]) -> Step:
    """A step that blocks, so that it runs in a thread."""

    async def step() -> None:
        await asyncio.to_thread(work)

    return step


def background(run: Callable[[], Coroutine[Any, Any, None]]) -> Service:
    """A coroutine that runs until it is cancelled."""
    tasks: list[asyncio.Task[None]] = []

    async def start() -> None:
        tasks.append(asyncio.create_task(run()))

    async def stop() -> None:
        task = tasks.pop()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return Service(start, stop)
