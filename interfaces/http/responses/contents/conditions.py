"""What the headers of a request say of a file: the bytes that are wanted, those that are there, and the coding."""

from __future__ import annotations

import re

from werkzeug.http import parse_accept_header, parse_range_header

_LAST_ZERO_BYTES = re.compile(r"bytes=\s*-0+")


class RangeRefused(Exception):
    """The range lies outside the file."""


def requested_range(header: str | None, size: int) -> range | None:
    """The bytes that a `Range` asks for; None for the whole file, which is also what several ranges get.

    Raises `RangeRefused` when no byte of the file lies in the range.
    """
    written = (header or "").strip().lower()
    if _LAST_ZERO_BYTES.fullmatch(written):  # Werkzeug takes it for no range at all
        raise RangeRefused
    asked = parse_range_header(written)
    if asked is None or not written.startswith("bytes=") or len(asked.ranges) != 1:
        return None
    first, stop = asked.ranges[0]
    part = range(size)[first:stop]
    if not part:
        raise RangeRefused
    return part


def names(header: str | None, tag: str) -> bool:
    """Whether an `If-None-Match` has the tag, weak or strong, or is `*`."""
    tags = [one.strip().removeprefix("W/") for one in (header or "").split(",")]
    return tag in tags or tags == ["*"]


def matches(header: str | None, tag: str) -> bool:
    """Whether an `If-Match` lets the request through: it is not there, has this very tag, or is `*`."""
    return header is None or header.strip() == "*" or tag in (one.strip() for one in header.split(","))


def is_exactly(header: str, tag: str) -> bool:
    """Whether an `If-Range` is this very tag. A date or a weak tag never is."""
    return header.strip() == tag


def accepts_gzip(header: str | None) -> bool:
    """Whether an `Accept-Encoding` takes gzip, by name or by `*`."""
    accepted = parse_accept_header(header)
    return accepted.quality("gzip") > 0 or any(name == "x-gzip" and weight > 0 for name, weight in accepted)
