"""The tables that one file is for: Stripe's own table `transfers` holds payouts, too."""

from __future__ import annotations

from collections.abc import Sequence

from domain.ledger.tables import TABLES, Table
from interfaces.ledger.sources.column_names import header_key
from interfaces.ledger.sources.records import Records

_PAYOUT_COLUMNS = ({"automatic", "date"}, {"automatic", "arrival_date"})
"""Columns of payouts that transfers do not have."""

Part = tuple[Table, str | None]
"""A table, and which records are for it, as SQL; None for all."""


def parts_of(table: Table, records: Records) -> Sequence[Part]:
    """The payouts and the transfers of a file of `transfers`; all rows of any other."""
    header = set(map(header_key, records.header))
    if table.name != "transfers" or not any(columns <= header for columns in _PAYOUT_COLUMNS):
        return [(table, None)]
    return [(TABLES["payouts"], "starts_with(id, 'po_')"), (table, "not starts_with(id, 'po_')")]
