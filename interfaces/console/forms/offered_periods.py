"""The periods that a form offers: the whole years, quarters and months of a data window, in UTC.

A form with another timezone means the same calendar days there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from domain.ledger.availability import DataWindow

MOST = 400
"""Most periods of one form, the newest ones."""

_MONTHS = {"Years": 12, "Quarters": 3, "Months": 1}


class Period(NamedTuple):
    """`[start, end)` in Unix seconds."""

    name: str
    start: int
    end: int

    @property
    def value(self) -> str:
        """As the form sends it."""
        return f"{self.start}:{self.end}"


def periods_in(window: DataWindow) -> dict[str, list[Period]]:
    """Kind -> its periods that lie wholly in the window, newest first; months come first."""
    kinds = {kind: list(islice(_newest_first(window, months), MOST)) for kind, months in _MONTHS.items()}
    return {kind: kinds[kind] for kind in reversed(kinds) if kinds[kind]}


def newest_month(periods: dict[str, list[Period]]) -> str:
    """The value of the period that a form begins with; empty when no whole month has data."""
    months = periods.get("Months", [])
    return months[0].value if months else ""


def bounds_of(value: str) -> tuple[str, str] | None:
    """Start and end of what the form sends; None where no period is chosen."""
    start, colon, end = value.partition(":")
    return (start, end) if colon else None


def _newest_first(window: DataWindow, months: int) -> Iterator[Period]:
    """Counted in months, so that no date lies beyond the window: a year after the last one, 9999, has none."""
    end = _month_of(window.end) // months * months
    while _seconds(end - months) >= window.start:
        yield Period(_name(end - months, months), _seconds(end - months), _seconds(end))
        end -= months


def _month_of(instant: int) -> int:
    """The month of an instant, counted from the year 0."""
    at = datetime.fromtimestamp(instant, UTC)
    return at.year * 12 + at.month - 1


def _seconds(month: int) -> int:
    """The beginning of a month, counted from the year 0."""
    return int(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())


def _name(month: int, months: int) -> str:
    year = month // 12
    if months == 12:
        return str(year)
    if months == 3:
        return f"{year}, quarter {month % 12 // 3 + 1}"
    return f"{datetime(year, month % 12 + 1, 1, tzinfo=UTC):%B} {year}"
