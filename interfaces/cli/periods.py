"""Calendar periods: a month, a quarter, a year or yesterday, as the interval of a report."""

from __future__ import annotations

import argparse
import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1970, 9998

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)


class Period(NamedTuple):
    """Whole days. end: the day after the last one"""

    start: date
    end: date

    def edges(self, zone: tzinfo) -> tuple[int, int]:
        """The midnights of a time zone at which it begins and ends, in Unix seconds."""
        return _midnight(self.start, zone), _midnight(self.end, zone)


def month(text: str) -> Period:
    """`2025-01`, for a flag."""
    year, number = _numbers(_MONTH, text, "a month, such as 2025-01")
    return _months(year, number, 1)


def quarter(text: str) -> Period:
    """`2025Q1`, for a flag."""
    year, number = _numbers(_QUARTER, text, "a quarter, such as 2025Q1")
    return _months(year, 3 * number - 2, 3)


def year(text: str) -> Period:
    """`2025`, for a flag."""
    (number,) = _numbers(_YEAR, text, "a year, such as 2025")
    return _months(number, 1, 12)


def yesterday(now: datetime, zone: tzinfo) -> Period:
    today = now.astimezone(zone).date()
    return Period(today - timedelta(days=1), today)


def _numbers(pattern: re.Pattern[str], text: str, what: str) -> list[int]:
    found = pattern.fullmatch(text.strip())
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        years = f"Years are {FIRST_YEAR} to {LAST_YEAR}."
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is not {what}. {years}")
    return [int(number) for number in found.groups()]


def _months(year: int, first: int, count: int) -> Period:
    years, month = divmod(first - 1 + count, 12)
    return Period(date(year, first, 1), date(year + years, month + 1, 1))


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time.min, zone).timestamp())
