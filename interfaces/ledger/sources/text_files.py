"""Text files, read line by line within a limit of memory."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def opened_text(path: Path, file: str) -> Iterator[TextIO]:
    """The text of a file, without a byte order mark; line ends and broken characters as they are.

    file  what messages call it
    """
    open_file = gzip.open if path.suffix == ".gz" else open
    try:
        with open_file(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
            yield text
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise LedgerRefused("The file ends in .gz but cannot be unpacked.", file=file) from None


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
