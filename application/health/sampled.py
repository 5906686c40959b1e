"""A value that is worked out again only after a time, by one look for all who ask."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Sampled(Generic[Value]):
    """Keeps questions that need no key, however often they are asked, from becoming load."""

    def __init__(self, look: Callable[[], Awaitable[Value]], seconds: float) -> None:
        """
        look     works the value out
        seconds  how long a value is good
        """
        self._look = look
        self._seconds = seconds
        self._task: asyncio.Future[Value] | None = None
        self._begun = 0.0

    async def value(self, patience_seconds: float) -> Value:
        """The value. Raises `TimeoutError` when a look takes longer than the patience, else what the look raises.

        A look that takes long goes on, and no other begins meanwhile.
        """
        task = self._task
        if task is None or (task.done() and time.monotonic() - self._begun >= self._seconds):
            task = self._task = asyncio.ensure_future(self._look())
            self._begun = time.monotonic()
        done, _ = await asyncio.wait({task}, timeout=patience_seconds)
        if not done:
            raise TimeoutError
        return task.result()  # another caller may have begun the next look by now
