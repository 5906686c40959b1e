"""CSV files: all cells are text, no type is guessed, and a record that does not fit is named."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from domain.errors import LedgerRefused
from interfaces.ledger.column_names import header_key
from interfaces.ledger.conversions import Value
from interfaces.ledger.records import Records
from interfaces.ledger.sql_text import name, quoted
from interfaces.ledger.text_files import opened_text

_LONGEST_LINE = 8_000_000
"""Bytes of one record, quoted newlines included."""


def csv_records(path: Path, file: str, workspace: Path) -> Records:
    """The records of a CSV file.

    DuckDB reads it strictly. What it cannot read, mixed line ends above all, is first copied by Python's reader, which
    also knows which record is at fault.
    """
    header, blank_lines = _header(path, file)

    def copied() -> Records:
        copy = workspace / "copy.csv"
        _copy(path, file, copy, len(header))
        return _read(copy, header)

    return replace(_read(path, header, blank_lines), mended=copied)


def _read(path: Path, header: Sequence[str], skip: int = 0) -> Records:
    cells = [f"cell{position}" for position in range(len(header))]
    columns = ", ".join(f"{name(cell)}: 'VARCHAR'" for cell in cells)
    query = f"""
        select row_number() over () as record, *
        from read_csv(
            {quoted(str(path))}, auto_detect = false, header = true, skip = {skip}, columns = {{{columns}}},
            delim = ',', quote = '"', escape = '"', strict_mode = true, max_line_size = {_LONGEST_LINE}
        )"""
    values: dict[str, Value] = {}
    for column, cell in zip(header, cells, strict=True):
        values.setdefault(header_key(column), Value(cell, "VARCHAR"))
    return Records(query, values, tuple(header))


def _header(path: Path, file: str) -> tuple[list[str], int]:
    """The names of the columns, and how many empty lines come before them."""
    with opened_text(path, file) as text:
        for blank_lines, cells in enumerate(csv.reader(text)):
            if cells:
                return _readable(cells, file), blank_lines
    raise LedgerRefused("The file is empty: it has no line of column names.", file=file)


def _readable(cells: list[str], file: str, row: int | None = None) -> list[str]:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        raise LedgerRefused("This is not UTF-8 text.", file=file, row=row) from None
    return cells


def _copy(path: Path, file: str, copy: Path, width: int) -> None:
    """Write every record again with plain line ends. Raises `LedgerRefused` for the first that cannot be read."""
    csv.field_size_limit(sys.maxsize)
    row = 0
    with opened_text(path, file) as text, copy.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        records = csv.reader(text, strict=True)
        try:
            for cells in records:
                if not cells:
                    continue
                if len(cells) != width:
                    raise LedgerRefused(
                        f"The row has {len(cells)} cells, but the header has {width}.", file=file, row=row
                    )
                writer.writerow(_readable(cells, file, row))
                row += 1
        except csv.Error as error:
            raise LedgerRefused(f"The row is not proper CSV: {error}.", file=file, row=row) from None
