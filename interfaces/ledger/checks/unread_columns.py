"""The columns of a source file that nothing reads."""

from __future__ import annotations

from domain.ledger.tables import Table
from interfaces.ledger.checks.deletions import MARKS, OPERATIONS
from interfaces.ledger.sources.column_names import flattened_keys, header_key, names_of, places_of
from interfaces.ledger.sources.records import Records

ACTIVE = "_fivetran_active"
"""The column of history tables that is true for the row that holds now."""

_UNDERSTOOD = ("object", ACTIVE, *MARKS, *OPERATIONS)


def unread_columns(table: Table, records: Records, owner_column: str) -> tuple[str, ...]:
    """Their names, as the file writes them; a nested column is read when any value in it is."""
    names = [name for column in table.columns for name in names_of(table, column)]
    read = {place[0] for name in (*names, owner_column) for place in places_of(name, records.columns)}
    read |= {header_key(name) for name in _UNDERSTOOD}
    read |= {header_key(name) for name in flattened_keys(table, records.header).values()}
    return tuple(name for name in records.header if header_key(name) not in read)
