"""Rate limits: bursts of a second, a steady rate, and each account for itself."""

from __future__ import annotations

import pytest

from domain.access.caller import Scope
from domain.errors import TooManyRequests
from interfaces.http.edge.rate_limits import FORGET_ABOVE, RateLimits

TEST, LIVE, OTHER = Scope("acct_1", False), Scope("acct_1", True), Scope("acct_2", False)


class StopWatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def taken(limits: RateLimits, scope: Scope, tries: int) -> int:
    """How many of so many requests are let through."""
    through = 0
    for _ in range(tries):
        try:
            limits.take(scope)
        except TooManyRequests:
            continue
        through += 1
    return through


def test_without_a_limit_everything_goes_through() -> None:
    assert taken(RateLimits(test=0, live=0), TEST, 1_000) == 1_000


def test_a_burst_of_one_second_goes_through_and_then_the_steady_rate() -> None:
    watch = StopWatch()
    limits = RateLimits(test=5, live=0, now=watch)

    burst = taken(limits, TEST, 20)
    watch.seconds += 0.4
    later = taken(limits, TEST, 20)

    assert (burst, later) == (5, 2)


def test_accounts_and_modes_are_counted_apart() -> None:
    limits = RateLimits(test=2, live=3, now=StopWatch())

    assert [taken(limits, scope, 9) for scope in (TEST, OTHER, LIVE)] == [2, 2, 3]


def test_the_refusal_says_which_mode_is_too_fast() -> None:
    limits = RateLimits(test=1, live=1, now=StopWatch())
    taken(limits, TEST, 1)

    with pytest.raises(TooManyRequests, match="Testmode request rate limit exceeded"):
        limits.take(TEST)


def test_quiet_accounts_are_forgotten() -> None:
    watch = StopWatch()
    limits = RateLimits(test=1, live=1, now=watch)
    for number in range(FORGET_ABOVE):
        limits.take(Scope(f"acct_{number}", False))

    watch.seconds += 2
    limits.take(TEST)

    assert len(limits._buckets) == 1
