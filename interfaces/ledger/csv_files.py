"""CSV files: all cells are text, no type is guessed, and a record that does not fit is named."""

from __future__ import annotations

import csv
import gzip
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from domain.errors import LedgerRefused
from interfaces.ledger.column_names import header_key
from interfaces.ledger.conversions import Value
from interfaces.ledger.records import Records
from interfaces.ledger.sql_text import name, quoted

_LONGEST_LINE = 8_000_000
"""Bytes of one record, quoted newlines included."""


def csv_records(path: Path, file: str, workspace: Path) -> Records:
    """The records of a CSV file.

    DuckDB reads it strictly. What it cannot read, mixed line ends above all, is first copied by Python's reader, which
    also knows which record is at fault.
    """
    header = _header(path, file)

    def copied() -> Records:
        copy = workspace / "copy.csv"
        _copy(path, file, copy, len(header))
        return replace(_read(copy, header), mended=None)

    return replace(_read(path, header), mended=copied)


def _read(path: Path, header: Sequence[str]) -> Records:
    cells = [f"cell{position}" for position in range(len(header))]
    columns = ", ".join(f"{name(cell)}: 'VARCHAR'" for cell in cells)
    query = f"""
        select row_number() over () as record, *
        from read_csv(
            {quoted(str(path))}, auto_detect = false, header = true, columns = {{{columns}}},
            delim = ',', quote = '"', escape = '"', strict_mode = true, max_line_size = {_LONGEST_LINE}
        )"""
    values: dict[str, Value] = {}
    for key, cell in zip(header, cells, strict=True):
        values.setdefault(key, Value(cell, "VARCHAR"))
    return Records(query, values)


def _header(path: Path, file: str) -> list[str]:
    with _opened(path, file) as text:
        for cells in csv.reader(text):
            if cells:
                return [header_key(cell) for cell in cells]
    raise LedgerRefused("The file is empty: it has no line of column names.", file=file)


def _copy(path: Path, file: str, copy: Path, width: int) -> None:
    """Write every record again with plain line ends. Raises `LedgerRefused` for the first that cannot be read."""
    csv.field_size_limit(sys.maxsize)
    row = 0
    with _opened(path, file) as text, copy.open("w", encoding="utf-8", newline="") as out:
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
                "".join(cells).encode()
                writer.writerow(cells)
                row += 1
        except csv.Error as error:
            raise LedgerRefused(f"The row is not proper CSV: {error}.", file=file, row=row) from None
        except UnicodeEncodeError:
            raise LedgerRefused("The row is not UTF-8 text.", file=file, row=row) from None


@contextmanager
def _opened(path: Path, file: str) -> Iterator[TextIO]:
    """The text of a file, packed or not, without a byte order mark; line ends and broken characters as they are."""
    open_file = gzip.open if path.suffix == ".gz" else open
    try:
        with open_file(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
            yield text
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise LedgerRefused("The file ends in .gz but cannot be unpacked.", file=file) from None
