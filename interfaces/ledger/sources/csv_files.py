"""CSV files: every cell is read as text, without type inference; a record that does not fit is named."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from domain.errors import LedgerRefused
from interfaces.ledger.checks.conversions import Value
from interfaces.ledger.sources.column_names import header_key
from interfaces.ledger.sources.records import Records
from interfaces.ledger.sources.source_file import SourceFile
from interfaces.ledger.sources.text_files import (
    LONG_RECORD_LIMITS,
    MAX_RECORD_BYTES,
    PARALLEL_LIMITS,
    LineTooLong,
    lines,
    must_be_utf8,
    opened_text,
    too_long,
)
from interfaces.ledger.sources.workspace import Workspace
from interfaces.ledger.sql_text import file_literal, name

_COPY = "records.csv"


def csv_records(file: SourceFile, workspace: Workspace) -> Records:
    """The records of a CSV file.

    DuckDB reads it in strict mode. What it cannot read, such as mixed line ends and long records, is normalized into a
    copy by Python's reader, which also knows which record is at fault.
    """
    header, blank_lines = _header(file)

    def copied() -> Records:
        _copy(file, workspace, header)
        return _read(workspace.path_of(_COPY), header, LONG_RECORD_LIMITS)

    if file.longest_line > MAX_RECORD_BYTES:
        return copied()
    return replace(_read(file.path, header, PARALLEL_LIMITS, blank_lines), normalized=copied)


def _read(path: Path, header: Sequence[str], limits: str, skip: int = 0) -> Records:
    cells = [f"cell{position}" for position in range(len(header))]
    columns = ", ".join(f"{name(cell)}: 'VARCHAR'" for cell in cells)
    query = f"""
        select row_number() over () as record, *
        from read_csv(
            {file_literal(path)}, auto_detect = false, header = true, skip = {skip}, columns = {{{columns}}},
            delim = ',', quote = '"', escape = '"', strict_mode = true, {limits}
        )"""
    values: dict[str, Value] = {}
    for column, cell in zip(header, cells, strict=True):
        values.setdefault(header_key(column), Value(cell, "VARCHAR"))
    return Records(query, tuple(header), values)


def _header(file: SourceFile) -> tuple[list[str], int]:
    """The names of the columns, and how many empty lines come before them."""
    with opened_text(file.path) as text:
        for blank_lines, cells in enumerate(_records(text, file.name, strict=False)):
            if cells:
                must_be_utf8("".join(cells), file.name, None)
                return cells, blank_lines
    raise LedgerRefused("The file is empty: it has no line of column names.", file=file.name)


def _copy(file: SourceFile, workspace: Workspace, header: Sequence[str]) -> None:
    """Write every record with plain line ends. Raises `LedgerRefused` for the first that cannot be read."""
    with opened_text(file.path) as text, workspace.create_text(_COPY) as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        records = (cells for cells in _records(text, file.name, strict=True) if cells)
        for row, cells in enumerate(records):
            if len(cells) != len(header):
                problem = f"The row has {len(cells)} cells, but the header has {len(header)}."
                raise LedgerRefused(problem, file=file.name, row=row)
            must_be_utf8("".join(cells), file.name, row)
            _must_fit(cells, file.name, row, header)
            writer.writerow(cells)


def _records(text: TextIO, file: str, *, strict: bool) -> Iterator[list[str]]:
    """The records as Python reads them, empty ones too. Raises `LedgerRefused` for one that it cannot read."""
    csv.field_size_limit(MAX_RECORD_BYTES)
    row = 0
    try:
        for cells in csv.reader(lines(text), strict=strict):
            yield cells
            row += bool(cells)
    except LineTooLong:
        raise too_long(file, row) from None
    except csv.Error as error:
        if "field limit" in str(error):
            raise too_long(file, row) from None
        raise LedgerRefused(f"The row is not proper CSV: {error}.", file=file, row=row) from None


def _must_fit(cells: Sequence[str], file: str, row: int, header: Sequence[str]) -> None:
    """Raises `LedgerRefused` for a record that is too long when each cell is quoted; names its longest cell."""
    if sum(map(len, cells)) * 8 < MAX_RECORD_BYTES:
        return
    sizes = [len(cell.encode()) + cell.count('"') + 3 for cell in cells]
    if sum(sizes) > MAX_RECORD_BYTES:
        raise too_long(file, row, header[sizes.index(max(sizes))])
