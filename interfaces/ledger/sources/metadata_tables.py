"""Metadata in tables of their own, one row for each key, as Sigma and Data Pipeline have them: `charges_metadata`."""

from __future__ import annotations

from domain.ledger.tables import METADATA_ENDING, TABLES, Kind, Table
from interfaces.ledger.sources.column_names import OBJECT_ID


def _metadata_table(owner: Table) -> Table:
    return Table(
        owner.name + METADATA_ENDING,
        (OBJECT_ID, "key"),
        {OBJECT_ID: Kind.TEXT, "key": Kind.TEXT, "value": Kind.TEXT},
        frozenset({OBJECT_ID, "key"}),
    )


METADATA_TABLES: dict[str, Table] = {
    table.name + METADATA_ENDING: _metadata_table(table)
    for table in TABLES.values()
    if table.columns.get("metadata") and table.key == ("id",)
}
"""Every such table by name. Its rows become the `metadata` of the objects that they name."""


def owner_of(table: Table) -> Table | None:
    """The table that has the objects of a metadata table; None for any other table."""
    return TABLES[table.name.removesuffix(METADATA_ENDING)] if table.name in METADATA_TABLES else None
