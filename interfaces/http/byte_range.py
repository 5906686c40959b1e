"""The `Range` header: which bytes of a file a caller wants."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class RangeRefused(Exception):
    """The range lies outside the file."""


def requested_range(header: str | None, size: int) -> range | None:
    """The bytes that the header asks for; None for the whole file, which is also what several ranges get.

    Raises `RangeRefused` when no byte of the file lies in the range.
    """
    match = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.group() == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        wanted = range(max(0, size - int(last)), size)
    else:
        wanted = range(int(first), min(int(last) + 1 if last else size, size))
    if not wanted:
        raise RangeRefused
    return wanted
