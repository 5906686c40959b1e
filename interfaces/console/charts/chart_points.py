"""Makes the points of one chart of the sums of its groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import reduce
from itertools import accumulate
from typing import NamedTuple

from interfaces.console.charts.chart import Shape

MOST_POINTS = 366
"""Points of one chart over time: days of a year; of a longer time months are drawn, then years, then centuries."""

MOST_CATEGORIES = 20
"""Categories that have a bar of their own."""

EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])
"""Sums are exact, or an error."""


class Points(NamedTuple):
    """by: what the labels are, where that is a time; empty: the column's name"""

    labels: tuple[str, ...]
    values: tuple[str, ...]
    by: str = ""
    notes: tuple[str, ...] = ()


def points_of(shape: Shape, sums: Mapping[str, Decimal]) -> Points | None:
    """None where there is nothing to draw."""
    match shape:
        case Shape.DAYS | Shape.RUNNING:
            return _over_time(sums, is_running=shape is Shape.RUNNING)
        case Shape.CATEGORIES:
            return _largest(sums)
        case Shape.PERIODS:
            return _together(sorted(sums.items()))
    return _together(list(sums.items()))


def _over_time(sums: Mapping[str, Decimal], *, is_running: bool) -> Points | None:
    days = {day: sums[text] for text in sums if (day := _day(text)) is not None}
    if not days:
        return None
    first, last = min(days), max(days)
    unit = next(one for one in _UNITS if one.number(last) - one.number(first) < MOST_POINTS)
    summed = dict.fromkeys(range(unit.number(first), unit.number(last) + 1), _zero_like(days.values()))
    for day, amount in days.items():
        number = unit.number(day)
        summed[number] = EXACT.add(summed[number], amount)
    values = accumulate(summed.values(), EXACT.add) if is_running else summed.values()
    left_out = sums.keys() - {day.isoformat() for day in days}
    notes = ("Rows without a day are not drawn.",) if left_out else ()
    return Points(tuple(map(unit.label, summed)), tuple(map(_text, values)), unit.name, notes)


class _Unit(NamedTuple):
    """A unit of time. number: of the unit that a day lies in, one more for each unit; label: of that number"""

    name: str
    number: Callable[[date], int]
    label: Callable[[int], str]


_UNITS = (
    _Unit("Day", date.toordinal, lambda number: date.fromordinal(number).isoformat()),
    _Unit("Month", lambda day: 12 * day.year + day.month - 1, lambda number: f"{number // 12:04}-{number % 12 + 1:02}"),
    _Unit("Year", lambda day: day.year, lambda number: f"{number:04}"),
    _Unit("Century", lambda day: day.year // 100, lambda number: f"{number:02}00s"),
)
"""A date has one of a hundred centuries, so that the last unit always suits."""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _largest(sums: Mapping[str, Decimal]) -> Points | None:
    """The largest ones, and the rest as one."""
    ordered = sorted(sums.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    kept, rest = ordered[:MOST_CATEGORIES], ordered[MOST_CATEGORIES:]
    if rest:
        kept.append((f"{len(rest):,} others", reduce(EXACT.add, (amount for _, amount in rest))))
    return _together(kept)


def _together(pairs: Sequence[tuple[str, Decimal]]) -> Points | None:
    if not pairs:
        return None
    left_out = f"The first {MOST_POINTS} of {len(pairs):,} values are drawn."
    return Points(*_columns(pairs[:MOST_POINTS]), notes=(left_out,) if len(pairs) > MOST_POINTS else ())


def _columns(pairs: Sequence[tuple[str, Decimal]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(label or "(none)" for label, _ in pairs), tuple(_text(value) for _, value in pairs)


def _zero_like(amounts: Iterable[Decimal]) -> Decimal:
    """Zero with as many decimals as the amount with the most."""
    return min(amounts, key=lambda one: int(one.as_tuple().exponent)) * 0


def _text(value: Decimal) -> str:
    return f"{value:f}"
