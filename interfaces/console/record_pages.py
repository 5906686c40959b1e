"""Pages of a CSV file's records, each read by one range of bytes: the last page costs what the first one does.

A newline within quotes is a part of its record. Outside of a record's quotes there is an even number of quotes to the
next boundary of records, so that boundaries are found forward and backward from a known one.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import NamedTuple

from domain.errors import InvalidParameter, request_parameter
from interfaces.host.csv_rows import rows_of

ROWS = 200
"""Rows of a page."""

WINDOW_BYTES = 1_048_576
"""Most bytes that are read for a page; of very wide rows, a page has fewer."""

HEADER_BYTES = 65_536
"""Most bytes of the line with the names of the columns."""

Read = Callable[[int, int], AsyncGenerator[bytes]]
"""Gives bytes of the file from an offset, of a length, in chunks."""


class RecordPage(NamedTuple):
    """Rows of a file. start, end: their bytes, `[start, end)`; data_start: where the first row of the file begins"""

    columns: list[str]
    rows: list[list[str]]
    start: int
    end: int
    data_start: int


async def page_at(read: Read, size: int, start: int | None = None, *, is_end: bool = False) -> RecordPage:
    """The rows from a byte on, or those before it; None: the first rows.

    is_end  whether the rows before `start` are asked for

    Raises an `InvalidParameter` for a byte at which no record begins.
    """
    header, data_start = await _header(read, size)
    if start is None:
        start = data_start
    await _must_be_boundary(read, start, data_start, size)
    if is_end:
        first = max(data_start, start - WINDOW_BYTES)
        kept = _last_records(await _bytes(read, first, start - first), is_whole=first == data_start)
        begin, end = start - len(kept), start
    else:
        kept = _first_records(await _bytes(read, start, min(WINDOW_BYTES, size - start)))
        begin, end = start, start + len(kept)
    return RecordPage(header, _parsed(kept), begin, end, data_start)


async def _header(read: Read, size: int) -> tuple[list[str], int]:
    beginning = _first_records(await _bytes(read, 0, min(HEADER_BYTES, size)), most=1)
    parsed = _parsed(beginning)
    return parsed[0] if parsed else [], len(beginning)


async def _must_be_boundary(read: Read, at: int, data_start: int, size: int) -> None:
    is_boundary = at in (data_start, size)
    if data_start < at < size:
        is_boundary = await _bytes(read, at - 1, 1) == b"\n"
    if not is_boundary:
        raise InvalidParameter(f"No row of the file begins at byte {at}.", request_parameter("at"))


def _first_records(window: bytes, most: int = ROWS) -> bytes:
    """The first whole records of bytes that begin with one."""
    is_inside, end, found, at = False, 0, 0, 0
    for line in _lines(window):
        at += len(line)
        is_inside ^= line.count(b'"') % 2 == 1
        if not is_inside and line.endswith(b"\n"):
            end, found = at, found + 1
            if found == most:
                break
    return window[:end]


def _last_records(window: bytes, *, is_whole: bool) -> bytes:
    """The last whole records of bytes that end with one. is_whole: whether they begin with one, too"""
    is_inside, begin, found, at = False, len(window), 0, len(window)
    for line in reversed(_lines(window)):
        at -= len(line)
        is_inside ^= line.count(b'"') % 2 == 1
        if not is_inside and (at > 0 or is_whole):
            begin, found = at, found + 1
            if found == ROWS:
                break
    return window[begin:]


def _lines(window: bytes) -> list[bytes]:
    """Pieces that end with a newline, but for the last; other than `splitlines`, a carriage return ends none."""
    pieces = window.split(b"\n")
    return [piece + b"\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def _parsed(records: bytes) -> list[list[str]]:
    return list(rows_of([records]))


async def _bytes(read: Read, start: int, length: int) -> bytes:
    if length <= 0:
        return b""
    return b"".join([chunk async for chunk in read(start, length)])
