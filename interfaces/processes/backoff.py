"""Back-off: how soon a process is started again."""

from __future__ import annotations

import time
from collections.abc import Callable

FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.2, 10.0
"""From one start to the next; each restart doubles it."""

STEADY_SECONDS = 30.0
"""After a start that was so long ago, the next restart is quick again."""


class Backoff:
    """The delay after each start."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started_at = float("-inf")
        self._delay = 0.0

    def is_over(self) -> bool:
        """Whether the process may be started now."""
        return self._clock() - self._started_at >= self._delay

    def record_start(self) -> None:
        now = self._clock()
        is_steady = now - self._started_at > STEADY_SECONDS
        self._delay = FIRST_DELAY_SECONDS if is_steady else min(2 * self._delay, LONGEST_DELAY_SECONDS)
        self._started_at = now
