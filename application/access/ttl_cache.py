"""A TTL cache for what every request needs and what rarely changes: callers, availability of data.

Commands that change what these are made of wait one TTL before they return, in a server as on the command line, so an
acknowledged change is never hidden by a stale entry. Misses are not cached, so that new rows are found at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

SECONDS = 0.05
"""Time to live of an entry."""

MOST = 10_000
"""Largest number of entries; the cache is cleared beyond it."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class TtlCache(Generic[Key, Value]):
    """An asynchronous look-up behind a cache; concurrent requests for one key share one query."""

    def __init__(self, look_up: Callable[[Key], Awaitable[Value]], now: Callable[[], float] = time.monotonic) -> None:
        self._look_up = look_up
        self._now = now
        self._known: dict[Key, tuple[float, Value]] = {}
        self._asked: dict[Key, tuple[float, asyncio.Task[Value]]] = {}

    async def __call__(self, key: Key) -> Value:
        now = self._now()
        known = self._known.get(key)
        if known is not None and now < known[0]:
            return known[1]
        asked = self._asked.get(key)
        if asked is None or now >= asked[0]:
            asked = self._asked[key] = (now + SECONDS, asyncio.ensure_future(self._ask(key, now)))
        return await asyncio.shield(asked[1])  # a cancelled request does not cancel the others

    async def _ask(self, key: Key, now: float) -> Value:
        try:
            value = await self._look_up(key)
        finally:
            self._asked.pop(key, None)
        if value:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = (now + SECONDS, value)  # counted from the query: the row may have changed since
        return value
