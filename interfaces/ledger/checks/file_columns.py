"""Checks of the columns that a file has: none that is required is missing, none that is read is there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from domain.errors import ColumnsMissing, LedgerRefused
from domain.ledger.table_uses import TABLE_USES
from domain.ledger.tables import Table
from interfaces.ledger.sources.column_names import header_key, names_of
from interfaces.ledger.sources.records import Records
from interfaces.ledger.sources.reports.near_reports import near_report

_SHOWN = 200
"""Characters of a header that a message shows."""


def must_have_required_columns(table: Table, records: Records, file: str) -> None:
    """Raises `ColumnsMissing` for all required columns that the file lacks, and says what needs the table."""
    names = {column: names_of(table, column) for column in table.columns if column in table.required}
    missing = [column for column in names if not records.find(names[column])]
    if not missing:
        return
    there = ", ".join(records.header)
    why = near_report(table.name, records.header) or (
        f"The file has no column {_listed(names[column] for column in missing)}. {TABLE_USES.get(table.name, '')}"
    )
    raise ColumnsMissing(
        f"{why} It has: {_cut(there)}.",
        file=file,
        column=missing[0] if len(missing) == 1 else None,
    )


def must_have_columns_once(table: Table, records: Records, more: Sequence[str], file: str) -> None:
    """Raises `LedgerRefused` for the first column that is read and that the file has more than once.

    more  names that are read besides the table's
    """
    times = Counter(map(header_key, records.header))
    names = [name for column in table.columns for name in names_of(table, column)]
    for name in (*names, *more):
        if times[header_key(name)] > 1:
            raise LedgerRefused("The file has several columns of this name. Leave one.", file=file, column=name)


def _listed(columns: Iterable[Sequence[str]]) -> str:
    """`fee and no arrival_date or date`: each column with its other names."""
    *rest, last = [" or ".join(names) for names in columns]
    return f"{', no '.join(rest)} and no {last}" if rest else last


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
