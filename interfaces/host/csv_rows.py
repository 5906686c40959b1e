"""Reads the rows of a CSV file that comes in chunks, with the memory of one chunk and one row."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator

MOST_CELL_CHARACTERS = 1_048_576
"""Of one cell; more is an error of the reader."""


def rows_of(chunks: Iterable[bytes]) -> Iterator[list[str]]:
    """Each row, the names of the columns first. A cell that is null is empty. Raises `csv.Error`."""
    csv.field_size_limit(MOST_CELL_CHARACTERS)
    for row in csv.reader(_lines(chunks)):
        yield row or [""]  # a null in a file of one column


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines that end with a newline; other than `splitlines`, a carriage return ends none."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    for chunk in chunks:
        *lines, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in lines:
            yield f"{line}\n"
    if rest:
        yield rest
