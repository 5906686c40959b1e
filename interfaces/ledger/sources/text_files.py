"""Reads text files, packed or not, record by record: what cannot be read is named by its row."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from domain.errors import LedgerRefused

LONGEST = 32 * 1024 * 1024
"""Bytes of one record: a row of CSV with all its cells, or one JSON object."""

USUAL_LIMITS = "max_line_size = 8000000"
"""What DuckDB takes at first: the shorter the records are, the more threads share a file."""

WIDEST_LIMITS = f"max_line_size = {LONGEST + 1024}, buffer_size = {2 * LONGEST + 2048}"
"""What it takes of a copy: the longest records with their line ends, in buffers of few of them."""


class LineTooLong(Exception):
    """A line that no record can be in; it is not read to its end."""


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
    while line := text.readline(LONGEST + 1):
        if len(line) > LONGEST:
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
        f"The row is longer than {LONGEST:,} bytes, the most that one may have.", file=file, row=row, column=column
    )
