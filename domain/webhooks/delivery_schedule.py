"""The schedule of deliveries: when the next attempt is made after one that failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from domain.instants import DAY_SECONDS

JITTER = 0.1
"""The part of a delay by which it may be longer: receivers that were away are not asked for everything at once."""

LONGEST_RETRY_AFTER_SECONDS = DAY_SECONDS
"""How long an endpoint may ask to wait; a delivery does not wait for ever."""


class DeliverySchedule(NamedTuple):
    """delays: seconds before each attempt, counted from the one before, or from the event for the first"""

    delays: Sequence[float]

    def wait_after(self, failed: int, *, chance: float, retry_after_seconds: float | None = None) -> float | None:
        """Seconds until the next attempt; None when there is none.

        failed               how many attempts have failed by now
        chance               0 to 1, drawn at random
        retry_after_seconds  how long the endpoint asks to wait; None: it does not ask
        """
        if failed >= len(self.delays):
            return None
        wait = self.delays[failed] * (1 + JITTER * chance)
        return max(wait, min(retry_after_seconds or 0.0, LONGEST_RETRY_AFTER_SECONDS))


class DeliverySchedules(NamedTuple):
    live: DeliverySchedule
    test: DeliverySchedule

    def of_mode(self, *, livemode: bool) -> DeliverySchedule:
        return self.live if livemode else self.test
