"""Rows that every request needs and that hardly ever change, remembered for a moment.

Keys, accounts and what a ledger offers change by commands of the command line. A row is remembered for `SECONDS`, and
each of those commands ends only after as long: whoever has been told of a change is never answered from before it. What
was not found is not remembered, so that what is new is there at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

SECONDS = 0.05
"""How long a row is remembered."""

MOST = 10_000
"""Rows that are remembered; beyond, all are forgotten."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class TtlCache(Generic[Key, Value]):
    """A look-up whose last answers are given again, for a moment."""

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
        return await asyncio.shield(asked[1])  # one who gives up takes the answer from nobody

    async def _ask(self, key: Key, now: float) -> Value:
        try:
            value = await self._look_up(key)
        finally:
            self._asked.pop(key, None)
        if value:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = (now + SECONDS, value)  # from when it was asked: it may have changed since
        return value
