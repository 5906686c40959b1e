"""The tables that one file is for: Stripe's own table `transfers` holds payouts, too, and a report tells of many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.ledger.tables import TABLES, Table
from interfaces.ledger.merge.embedded_objects import embedded_objects
from interfaces.ledger.sources.column_names import header_key
from interfaces.ledger.sources.records import Records
from interfaces.ledger.sources.reports.report_files import report_file
from interfaces.ledger.sources.reports.report_records import ReportRecords
from interfaces.ledger.sources.reports.sums import must_hold_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PAYOUT_COLUMNS = ({"automatic", "date"}, {"automatic", "arrival_date"})
"""Columns of payouts that transfers do not have."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table in a file.

    only         which records they are, as SQL; None for all
    supplements  whether the rows are only added where the table lacks them; they may lack columns
    """

    table: Table
    records: Records
    only: str | None = None
    supplements: bool = False


def parts_of(
    connection: DuckDBPyConnection, file: str, table: Table, records_for: Callable[[Table], Records]
) -> Sequence[Part]:
    """The parts of a file that is loaded for a table. Raises `LedgerRefused` for a report's amount that is none.

    A report that holds sums is refused, too.
    """
    records = records_for(table)
    if not records.nested:
        must_hold_rows(records.header, file)
    kind = None if records.nested else report_file(table.name, records.header)
    if kind is not None:
        report = ReportRecords(kind, records).must_have_amounts(connection, file)
        return [
            Part(TABLES[name], report.of(connection, name))
            if name == kind.rows
            else Part(_loosened(TABLES[name]), report.of(connection, name), supplements=True)
            for name in kind.parts
        ]
    header = set(map(header_key, records.header))
    if table.name != "transfers" or not any(columns <= header for columns in _PAYOUT_COLUMNS):
        embedded = embedded_objects(connection, records)
        return [
            Part(table, records),
            *(Part(_loosened(other), found, supplements=True) for other, found in embedded if other is not table),
        ]
    payouts = TABLES["payouts"]
    return [
        Part(payouts, records_for(payouts), "starts_with(id, 'po_')"),
        Part(table, records, "not starts_with(id, 'po_')"),
    ]


def _loosened(table: Table) -> Table:
    """The table with its key alone required, and the time of a table that reports are windowed by."""
    needed = {*table.key, "created"} & table.required
    return replace(table, required=frozenset(needed))
