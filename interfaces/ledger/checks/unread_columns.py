"""The columns of a source file that nothing reads."""

from __future__ import annotations

from collections.abc import Sequence

from domain.errors import LedgerRefused
from domain.ledger.loaded_file import is_bookkeeping
from domain.ledger.tables import Table
from interfaces.ledger.checks.deletions import MARKS, OPERATIONS
from interfaces.ledger.sources.column_names import flattened_keys, header_key, names_of, places_of
from interfaces.ledger.sources.records import Records

_SHOWN = 20
"""Columns that a message lists."""

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


def must_be_read_whole(unread: Sequence[str], file: str) -> None:
    """Raises `LedgerRefused` for columns that nothing reads, but for the bookkeeping of connectors."""
    columns = [column for column in unread if not is_bookkeeping(column)]
    if columns:
        names = ", ".join(columns[:_SHOWN]) + (f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else "")
        raise LedgerRefused(f"Nothing reads the columns {names}. Leave them out, or load without --strict.", file=file)
