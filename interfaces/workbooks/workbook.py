"""Writes a result as an Excel workbook of one sheet, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from domain.errors import InvalidParameter
from interfaces.workbooks.cell_values import holds_numbers, number_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

SHEET_ROWS = 1_048_576
"""Rows of a sheet, that with the names of the columns among them."""

SHEET_COLUMNS = 16_384

CELL_CHARACTERS = 32_767
"""Most characters of one cell, in units of UTF-16."""

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "use_zip64": True,
}
"""Rows go to disk as they come, and no text is taken for anything else."""


def must_fit_sheet(rows: int) -> None:
    """Raises `InvalidParameter` for a result with more rows than a sheet has."""
    if rows >= SHEET_ROWS:
        raise InvalidParameter(
            f"The file has {rows:,} rows, and a sheet of Excel holds {SHEET_ROWS - 1:,} below the columns' names. Take "
            "the CSV, or ask for a shorter interval."
        )


def write_workbook(
    rows: Iterator[list[str]], target: Path | BinaryIO, decimal_separator: str = ".", scratch: Path | None = None
) -> int:
    """Write the file, and give its number of rows below the names of the columns.

    rows     the first one has the names of the columns
    scratch  where temporary files lie; None: where the system has them

    Raises `InvalidParameter` for what a sheet does not hold.
    """
    from xlsxwriter.workbook import Workbook

    names = next(rows, [])
    if len(names) > SHEET_COLUMNS:
        raise InvalidParameter(f"The file has {len(names):,} columns, and a sheet of Excel holds {SHEET_COLUMNS:,}.")
    book = Workbook(target, {**_OPTIONS, "tmpdir": scratch})
    try:
        return _Sheet(book, names, decimal_separator).write(rows)
    finally:
        book.close()


class _Sheet:
    def __init__(self, book: Workbook, names: Sequence[str], decimal_separator: str) -> None:
        self._book = book
        self._sheet: Any = book.add_worksheet("Report")
        self._names = names
        self._are_numbers = [holds_numbers(name) for name in names]
        self._separator = decimal_separator
        self._formats: dict[int, Format] = {}

    def write(self, rows: Iterator[list[str]]) -> int:
        bold = self._book.add_format({"bold": True})
        for place, name in enumerate(self._names):
            self._write_text(0, place, name, bold)
        self._sheet.freeze_panes(1, 0)
        count = 0
        for count, row in enumerate(rows, start=1):
            must_fit_sheet(count)
            for place, text in enumerate(row):
                if text:
                    self._write_cell(count, place, text)
        return count

    def _write_cell(self, row: int, place: int, text: str) -> None:
        number = number_of(text, self._separator) if self._are_numbers[place] else None
        if number is None:
            self._write_text(row, place, text)
        else:
            self._sheet.write_number(row, place, number.value, self._format_of(number.decimals))

    def _write_text(self, row: int, place: int, text: str, form: Format | None = None) -> None:
        if len(text) > CELL_CHARACTERS // 2 and len(text.encode("utf-16-le")) // 2 > CELL_CHARACTERS:
            raise InvalidParameter(
                f"Row {row:,} has {len(text):,} characters in the column {self._names[place]}, and a cell of Excel "
                f"holds {CELL_CHARACTERS:,}. Take the CSV, or ask for the report without this column."
            )
        self._sheet.write_string(row, place, text, form)

    def _format_of(self, decimals: int) -> Format:
        if decimals not in self._formats:
            shown = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
            self._formats[decimals] = self._book.add_format({"num_format": shown})
        return self._formats[decimals]
