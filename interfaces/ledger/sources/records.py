"""A source file as SQL: its records by number, and the values in them by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interfaces.ledger.checks.conversions import Value
from interfaces.ledger.checks.row_check import RowCheck
from interfaces.ledger.sources.column_names import header_key


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one file.

    query       SQL of `record`, from 1 on, and of the columns that the values are read from
    header      the names of the columns in the file; empty for API objects
    values      name -> where to find it; by `header_key` in a file with a header, by path in API objects
    nested      True for API objects: each names its own fields, so that no column is missing from the file
    checks      checks of the file's format, record by record
    carried     columns of the query that these checks use
    normalized  the same records from a normalized copy, for a file that DuckDB cannot read as it is. Raises
                `LedgerRefused` for the record that is at fault.
    """

    query: str
    values: dict[str, Value]
    header: tuple[str, ...] = ()
    nested: bool = False
    checks: tuple[RowCheck, ...] = ()
    carried: tuple[str, ...] = ()
    normalized: Callable[[], Records] | None = None

    def find(self, names: tuple[str, ...]) -> list[Value]:
        """The values that the file has under any of these names, in their order."""
        keys = dict.fromkeys(name if self.nested else header_key(name) for name in names)
        return [self.values[key] for key in keys if key in self.values]
