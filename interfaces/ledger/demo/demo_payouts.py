"""The payouts of a made-up business: each weekday what came in is swept out, and now and then some money in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from domain.instants import DAY_SECONDS

_FAILS = 0.01
_CANCELED = 0.2


@dataclass(slots=True)
class Payout:
    """One payout: amount in minor units, times in Unix seconds.

    settles      the days whose money it pays out, days since 1970
    pays_again   failed payouts whose money it carries
    returned_at  when its money came back to the balance, if it did
    """

    currency: str
    amount: int
    fee: int
    created: int
    arrival: int
    automatic: bool
    status: str
    settles: list[int] = field(default_factory=list)
    pays_again: list[Payout] = field(default_factory=list)
    returned_at: int | None = None


def sweep(currency: str, net_by_day: dict[int, int], days: range, chance: Random) -> Iterator[Payout]:
    """The automatic payouts of one currency: on each weekday of `days`, everything that is due, when it is positive.

    net_by_day  day since 1970 -> net of what is due on it
    """
    due = 0
    settles: list[int] = []
    pays_again: list[Payout] = []
    failed: list[Payout] = []
    for day in days:
        if day in net_by_day:
            due += net_by_day[day]
            settles.append(day)
        for payout in [payout for payout in failed if _day(payout.returned_at) < day]:
            due += payout.amount
            pays_again.append(payout)
            failed.remove(payout)
        if is_weekend(day) or due <= 0:
            continue
        payout = _automatic(currency, due, day, days.stop, chance)
        payout.settles, payout.pays_again = settles, pays_again
        if payout.returned_at is not None:
            failed.append(payout)
        yield payout
        due, settles, pays_again = 0, [], []


def instant(topups: Sequence[tuple[int, str, int]], days: range, count: int, chance: Random) -> Iterator[Payout]:
    """Manual payouts, out of what was topped up by then.

    topups  (created, currency, amount), the earliest first
    """
    taken: dict[str, int] = {}
    span = max(1, len(days) // max(1, count))
    for day in days[span // 2 :: span]:
        created = day * DAY_SECONDS + chance.randrange(11 * 3600, 20 * 3600)
        currency = chance.choice(("usd", "usd", "eur"))
        there = sum(amount for at, of, amount in topups if of == currency and at < created) - taken.get(currency, 0)
        amount = there * chance.randrange(10, 60) // 100
        if amount < 5000:
            continue
        fee = max(50, amount // 100)
        payout = Payout(currency, amount, fee, created, day * DAY_SECONDS, automatic=False, status="paid")
        if chance.random() < _CANCELED:
            payout.status, payout.returned_at = "canceled", created + chance.randrange(600, 5400)
        else:
            taken[currency] = taken.get(currency, 0) + amount + fee
        yield payout


def is_weekend(day: int) -> bool:
    return (day + 4) % 7 in (0, 6)  # day 0 was a Thursday


def _automatic(currency: str, amount: int, day: int, end: int, chance: Random) -> Payout:
    created = day * DAY_SECONDS + 3720 + chance.randrange(90)
    arrival = day + 1
    while is_weekend(arrival):
        arrival += 1
    payout = Payout(currency, amount, 0, created, arrival * DAY_SECONDS, automatic=True, status="paid")
    if chance.random() < _FAILS and arrival + 1 < end:
        payout.status = "failed"
        payout.returned_at = (arrival + 1) * DAY_SECONDS + chance.randrange(8 * 3600, 12 * 3600)
    elif arrival >= end:
        payout.status = "in_transit"
    return payout


def _day(instant: int | None) -> int:
    assert instant is not None
    return instant // DAY_SECONDS
