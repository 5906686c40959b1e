"""Rate limits: requests per second for each account and mode, with a burst of one second."""

from __future__ import annotations

import time
from collections.abc import Callable

from domain.access.caller import Scope
from domain.errors import TooManyRequests

FORGET_ABOVE = 10_000
"""Buckets that are kept; beyond this number, those that were idle for a second (full again) are dropped."""


class RateLimits:
    """A token bucket for each account and mode. Limits are requests a second; 0 is no limit."""

    def __init__(self, *, test: int, live: int, now: Callable[[], float] = time.monotonic) -> None:
        self._limits = {False: test, True: live}
        self._now = now
        self._buckets: dict[Scope, tuple[float, float]] = {}

    def take(self, scope: Scope) -> None:
        """Count one request. Raises `TooManyRequests` for one too many."""
        limit = self._limits[scope.livemode]
        if limit == 0:
            return
        now = self._now()
        tokens, then = self._buckets.get(scope, (float(limit), now))
        tokens = min(float(limit), tokens + (now - then) * limit)
        if tokens < 1:
            raise TooManyRequests(scope.mode)
        if len(self._buckets) >= FORGET_ABOVE:
            self._buckets = {known: bucket for known, bucket in self._buckets.items() if bucket[1] > now - 1}
        self._buckets[scope] = (tokens - 1, now)
