"""The `Range` header: which bytes of a file a caller wants. RFC 9110, 14."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


class RangeRefused(Exception):
    """The range lies outside the file."""


def requested_range(header: str | None, size: int) -> range | None:
    """The bytes that the header asks for; None for the whole file, which is also what several ranges get.

    Raises `RangeRefused` when no byte of the file lies in the range.
    """
    match = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if match is None:
        return None
    first, last = match.groups()
    if not first:
        return _tail(last, size)
    start, stop = int(first), min(int(last) + 1 if last else size, size)
    if last and int(last) < int(first):  # not a range at all, and to be ignored as such
        return None
    if start >= stop:
        raise RangeRefused
    return range(start, stop)


def _tail(length: str, size: int) -> range | None:
    """The last bytes of a file, as `-500` asks for."""
    if not length:
        return None
    if size == 0 or int(length) == 0:
        raise RangeRefused
    return range(max(0, size - int(length)), size)
