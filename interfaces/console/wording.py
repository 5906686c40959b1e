"""How values are written for people: instants, sizes, durations, names of parameters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.counting import counted
from domain.money import exponent_of

_SIZES = ("bytes", "kB", "MB", "GB", "TB")

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def instant(seconds: float) -> str:
    """Unix seconds as `1 January 2025, 00:00:00 UTC`."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at.day} {at:%B %Y, %H:%M:%S} UTC"


def size(count: int) -> str:
    """Bytes as `812 bytes`, `1.2 kB`, `3.4 GB`."""
    if count < 1000:
        return "1 byte" if count == 1 else f"{count} bytes"
    scaled, unit = float(count), 0
    while scaled >= 1000 and unit < len(_SIZES) - 1:
        scaled, unit = scaled / 1000, unit + 1
    return f"{scaled:.1f} {_SIZES[unit]}"


def duration(seconds: float) -> str:
    """Seconds as `35 ms`, `1.4 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for unit, name, smaller, its_name in ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min")):
        if whole >= unit:
            return f"{whole // unit} {name} {whole % unit // smaller} {its_name}"
    return f"{whole // _MINUTE} min {whole % _MINUTE} s"


def count(number: int) -> str:
    """`1,234,567`."""
    return f"{number:,}"


def rows(number: int) -> str:
    """`1 row`, `1,234 rows`."""
    return counted(number, "row")


def amount(minor: int, currency: str) -> str:
    """Minor units as `12.50 USD`."""
    exponent = exponent_of(currency)
    return f"{Decimal(minor).scaleb(-exponent):,.{exponent}f} {currency.upper()}"


def day(seconds: int) -> str:
    """Unix seconds as `1 January 2025`, of UTC."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at.day} {at:%B %Y}"


def label(name: str) -> str:
    """A parameter or family as words: `interval_start` -> `Interval start`."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def parameter_value(value: Any, name: str) -> str:
    """A parameter of a run as it reads best."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if name in ("interval_start", "interval_end") and isinstance(value, int):
        return instant(value)
    return str(value)


FILTERS: dict[str, Callable[..., str]] = {
    "instant": instant,
    "size": size,
    "duration": duration,
    "count": count,
    "label": label,
    "amount": amount,
    "day": day,
    "parameter_value": parameter_value,
}
"""The filters of templates."""
