"""CSV files: every cell is read as text, without type inference; a record that does not fit is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from domain.errors import LedgerRefused
from interfaces.host.sql_text import file_literal, name, quoted, text_list
from interfaces.ledger.checks.conversions import Value
from interfaces.ledger.sources.column_names import header_key
from interfaces.ledger.sources.csv_text.csv_dialect import (
    NULLS,
    CsvDialect,
    TakenLines,
    csv_records,
    dialect_of,
    missing_cells,
)
from interfaces.ledger.sources.records import Records
from interfaces.ledger.sources.source_file import SourceFile
from interfaces.ledger.sources.text_files import (
    LONG_RECORD_LIMITS,
    MAX_RECORD_BYTES,
    PARALLEL_LIMITS,
    must_be_utf8,
    opened_text,
    too_long,
)
from interfaces.ledger.sources.workspace import Workspace

_COPY = "records.csv"


def records_of_csv(file: SourceFile, workspace: Workspace) -> Records:
    """The records of a CSV file.

    DuckDB reads it in strict mode. What it cannot read, such as mixed line ends and long records, is normalized into a
    copy by Python's reader, which also knows which record is at fault.
    """
    dialect = dialect_of(file)

    def copied() -> Records:
        _copy(file, workspace, dialect)
        return _read(workspace.path_of(_COPY), replace(dialect, blank_lines=0), LONG_RECORD_LIMITS)

    if file.text.longest_line > MAX_RECORD_BYTES:
        return copied()
    if file.text.zero_at is not None:
        raise LedgerRefused(
            f"The text has a zero byte at offset {file.text.zero_at:,}, as a crash leaves in a file in the place of "
            "rows. Write or copy the file again.",
            file=file.name,
        )
    return replace(_read(file.path, dialect, PARALLEL_LIMITS), normalized=copied)


def _read(path: Path, dialect: CsvDialect, limits: str) -> Records:
    cells = [f"cell{position}" for position in range(len(dialect.header))]
    columns = ", ".join(f"{name(cell)}: 'VARCHAR'" for cell in cells)
    query = f"""
        select row_number() over () as record, *
        from read_csv(
            {file_literal(path)}, auto_detect = false, header = true, skip = {dialect.blank_lines},
            columns = {{{columns}}}, delim = {quoted(dialect.delimiter)}, quote = '"', escape = '"',
            nullstr = {text_list(NULLS)}, allow_quoted_nulls = false, strict_mode = true, {limits}
        )"""
    values: dict[str, Value] = {}
    for column, cell in zip(dialect.header, cells, strict=True):
        values.setdefault(header_key(column), Value(cell, "VARCHAR", decimal_comma=dialect.decimal_comma))
    return Records(query, dialect.header, values)


def _copy(file: SourceFile, workspace: Workspace, dialect: CsvDialect) -> None:
    """Write every record with plain line ends. Raises `LedgerRefused` for the first that cannot be read."""
    with opened_text(file.path) as text, workspace.create_text(_COPY) as out:
        taken = TakenLines(text)
        row = 0
        for cells in csv_records(iter(taken), file.name, dialect.delimiter, strict=True):
            record = taken.record()
            if not cells:
                continue
            _must_fit(cells, file.name, row, dialect.header)
            missing = missing_cells(record, cells, dialect.delimiter)
            out.write(_written(cells, missing, dialect.delimiter))
            row += 1


def _written(cells: Sequence[str], missing: set[int], delimiter: str) -> str:
    """A line in which cells are quoted, but for those that stand for a missing value."""
    written = [
        "" if position in missing else '"' + cell.replace('"', '""') + '"' for position, cell in enumerate(cells)
    ]
    return delimiter.join(written) + "\n"


def _must_fit(cells: Sequence[str], file: str, row: int, header: Sequence[str]) -> None:
    """Raises `LedgerRefused` for a record with cells too many or too few, or that is too long when each is quoted."""
    if len(cells) != len(header):
        problem = f"The row has {len(cells)} cells, but the header has {len(header)}."
        raise LedgerRefused(problem, file=file, row=row)
    must_be_utf8("".join(cells), file, row)
    if sum(map(len, cells)) * 8 < MAX_RECORD_BYTES:
        return
    sizes = [len(cell.encode()) + cell.count('"') + 3 for cell in cells]
    if sum(sizes) > MAX_RECORD_BYTES:
        raise too_long(file, row, header[sizes.index(max(sizes))])
