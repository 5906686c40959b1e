"""Text files, read line by line within a limit of memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from domain.errors import LedgerRefused

MAX_RECORD_BYTES = 32 * 1024 * 1024
"""The longest record: a row of CSV with all its cells, or one JSON object."""

PARALLEL_LIMITS = "max_line_size = 8000000"
"""DuckDB's limits for the first attempt: with shorter records, more threads share a file."""

LONG_RECORD_LIMITS = f"max_line_size = {MAX_RECORD_BYTES + 1024}, buffer_size = {2 * MAX_RECORD_BYTES + 2048}"
"""DuckDB's limits for a normalized copy: a buffer holds two of the longest records."""


class LineTooLong(Exception):
    """A line longer than any record may be; it is not read to its end."""


def opened_text(path: Path) -> TextIO:
    """The text of a file, without a byte order mark; line ends and broken characters as they are."""
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def lines(text: TextIO) -> Iterator[str]:
    """The lines of a text with their ends. Raises `LineTooLong` for one that is longer than any record may be."""
    while line := text.readline(MAX_RECORD_BYTES + 1):
        if len(line) > MAX_RECORD_BYTES:
            raise LineTooLong
        yield line


def must_be_utf8(record: str, file: str, row: int | None) -> None:
    """Raises `LedgerRefused` for characters that were broken in the file."""
    try:
        record.encode()
    except UnicodeEncodeError:
        raise LedgerRefused("This is not UTF-8 text.", file=file, row=row) from None


def too_long(file: str, row: int | None, column: str | None = None) -> LedgerRefused:
    return LedgerRefused(
        f"The row is longer than {MAX_RECORD_BYTES:,} bytes, the most that one may have.",
        file=file,
        row=row,
        column=column,
    )
