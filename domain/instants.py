"""Instants: whole Unix seconds on the wire, aware UTC datetimes inside."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

DAY_SECONDS = 86_400

LATEST = 253_402_214_400
"""9999-12-31 00:00:00 UTC, in Unix seconds: the latest end of a data window. Every row of a ledger is earlier, so that
its year has four digits in every time zone."""


def utc_text(seconds: int) -> str:
    """`2022-04-29 00:00:00 UTC`, as error messages print an instant."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def in_words(seconds: int) -> str:
    """How long something lasts, as `40 s`, `5 min`, `3 h 20 min` or `2 days 4 h`."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // DAY_SECONDS
    if days:
        return f"{days} {'day' if days == 1 else 'days'} {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def month_of(instant: int) -> int:
    """The start of an instant's calendar month (UTC)."""
    day = datetime.fromtimestamp(instant, UTC)
    return int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp())


def next_month(instant: int) -> int:
    """The start of the calendar month (UTC) after that of an instant; `LATEST` at most."""
    later = month_of(instant) + 31 * DAY_SECONDS
    return LATEST if later > LATEST else month_of(later)


def parse_instant(text: str, zone: tzinfo = UTC) -> int:
    """Unix seconds from `1735689600`, `2025-01-01` or `2025-01-01T10:00:00+02:00`.

    zone  that of a time which has none of its own

    Raises ValueError with a sentence that says what is accepted.
    """
    text = text.strip()
    try:
        if text.lstrip("-").isdigit():
            seconds = int(text)
        else:
            moment = datetime.fromisoformat(text)
            seconds = int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp())
    except ValueError:
        raise ValueError(
            f"{text!r} is not a time. Give Unix seconds (1735689600) or ISO 8601 (2025-01-01T00:00:00Z)."
        ) from None
    if not 0 <= seconds <= LATEST:
        raise ValueError(f"{text!r} is out of range: times lie between {utc_text(0)} and {utc_text(LATEST)}.")
    return seconds
