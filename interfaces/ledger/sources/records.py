"""A source file as SQL: its records by number, and the values in them by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from interfaces.ledger.checks.conversions import Value
from interfaces.ledger.checks.row_check import RowCheck
from interfaces.ledger.sources.column_names import Place, header_key, places_of
from interfaces.ledger.sources.nested_values import nested_value


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one file.

    query       SQL of `record`, from 1 on, and of the columns that the values are read from
    header      the names of the columns in the file; the keys that any of its API objects has
    columns     `header_key` -> the value of a whole column
    extracted   values that the query has extracted from nested objects already
    nested      True for API objects: each names its own fields, so that no column is missing from the file
    checks      checks of the file's format, record by record
    carried     columns of the query that these checks use
    normalized  the same records from a normalized copy, for a file that DuckDB cannot read as it is. Raises
                `LedgerRefused` for the record that is at fault.
    warnings    sentences about what the file lacks or what is left out
    unread      the columns that nothing reads, where that is known; None: those that the table does not name
    stamps      time stamps that envelopes have of their rows
    report      the kind of report that the records are of, such as `activity`; None for others
    has_more    whether the API said on the file's last page that there are more; None for a file without pages
    """

    query: str
    header: tuple[str, ...]
    columns: dict[str, Value]
    extracted: Mapping[Place, Value] = field(default_factory=dict)
    nested: bool = False
    checks: tuple[RowCheck, ...] = ()
    carried: tuple[str, ...] = ()
    normalized: Callable[[], Records] | None = None
    warnings: tuple[str, ...] = ()
    unread: tuple[str, ...] | None = None
    stamps: tuple[Value, ...] = ()
    report: str | None = None
    has_more: bool | None = None

    def find(self, names: tuple[str, ...]) -> list[Value]:
        """The values that the file has under any of these names, in their order."""
        places = dict.fromkeys(place for name in names for place in places_of(name, self.columns))
        return [self._at(place) for place in places]

    def column(self, name: str) -> Value:
        """The value of a column by its name in the file."""
        return self._at((header_key(name),))

    def _at(self, place: Place) -> Value:
        if place in self.extracted:
            return self.extracted[place]
        column, *steps = place
        return nested_value(self.columns[column], tuple(steps)) if steps else self.columns[column]
