"""How a CSV file separates its cells, and which cells stand for a missing value."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from domain.errors import LedgerRefused
from interfaces.ledger.sources.source_file import SourceFile
from interfaces.ledger.sources.text_files import (
    MAX_RECORD_BYTES,
    LineTooLong,
    lines,
    must_be_utf8,
    opened_text,
    too_long,
)

NULLS = ("", "\\N", "NULL", "null", "NaN")
"""Cells that stand for a missing value, unless they are quoted."""

_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """The header of a CSV file, and how it is written.

    blank_lines  empty lines before the header
    """

    header: tuple[str, ...]
    delimiter: str
    blank_lines: int

    @property
    def decimal_comma(self) -> bool:
        """Spreadsheets separate cells by semicolons where decimals have commas."""
        return self.delimiter == ";"


def dialect_of(file: SourceFile) -> CsvDialect:
    """The delimiter that gives the header the most columns. Raises `LedgerRefused` for a file without a header."""
    found = [_dialect(file, delimiter) for delimiter in _DELIMITERS]
    return max(found, key=lambda dialect: len(dialect.header))


def _dialect(file: SourceFile, delimiter: str) -> CsvDialect:
    with opened_text(file.path) as text:
        for blank_lines, cells in enumerate(csv_records(lines(text), file.name, delimiter, strict=False)):
            if cells:
                must_be_utf8("".join(cells), file.name, None)
                return CsvDialect(tuple(_named(cells)), delimiter, blank_lines)
    raise LedgerRefused("The file is empty: it has no line of column names.", file=file.name)


def _named(cells: list[str]) -> Iterator[str]:
    """The names of columns. One without a name, as a delimiter at the end of a line makes it, goes by its position."""
    for position, cell in enumerate(cells, start=1):
        yield cell if cell.strip() else f"(column {position})"


def csv_records(text: Iterator[str], file: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    """The records as Python reads them, empty ones too. Raises `LedgerRefused` for one that it cannot read."""
    csv.field_size_limit(MAX_RECORD_BYTES)
    row = 0
    try:
        for cells in csv.reader(text, delimiter=delimiter, strict=strict):
            yield cells
            row += bool(cells)
    except LineTooLong:
        raise too_long(file, row) from None
    except csv.Error as error:
        if "field limit" in str(error):
            raise too_long(file, row) from None
        raise LedgerRefused(f"The row is not proper CSV: {error}.", file=file, row=row) from None


class TakenLines:
    """Lines on their way to a reader; the text of the record that was read last is at hand."""

    def __init__(self, text: TextIO) -> None:
        self._lines = lines(text)
        self._taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._taken.append(line)
            yield line

    def record(self) -> str:
        """The text of the record, which starts the next one."""
        text = "".join(self._taken)
        self._taken.clear()
        return text


def missing_cells(record: str, cells: list[str], delimiter: str) -> set[int]:
    """The positions of cells that stand for a missing value. record: the cells as they are written"""
    candidates = {position for position, cell in enumerate(cells) if cell in NULLS}
    if not candidates or '"' not in record:
        return candidates
    cell = re.compile(rf'("(?:[^"]|"")*"|[^{delimiter}\r\n]*)(?:{delimiter}|[\r\n]*\Z)')
    quoted = {position for position, found in enumerate(cell.finditer(record)) if found[1].startswith('"')}
    return candidates - quoted
