"""A source file as SQL: its records by number, and the values in them by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interfaces.ledger.checks.conversions import Value
from interfaces.ledger.checks.faults import Fault
from interfaces.ledger.sources.column_names import header_key


@dataclass(frozen=True, slots=True)
class Records:
    """What one file holds.

    query    gives `record`, from 1 on, and whatever the values are made of
    header   the columns as the file calls them; of API objects none
    values   name -> where to find it; of a file with a header by `header_key`, of API objects by path
    nested   True for API objects: each names its own fields, so that none is missing from the file
    faults   what the form of the file itself may get wrong, record by record
    carried  columns of the query that these faults speak of
    mended   the same from a copy that is easier to read, where the file as it is cannot be read. Raises
             `LedgerRefused` for the record that is at fault.
    """

    query: str
    values: dict[str, Value]
    header: tuple[str, ...] = ()
    nested: bool = False
    faults: tuple[Fault, ...] = ()
    carried: tuple[str, ...] = ()
    mended: Callable[[], Records] | None = None

    def find(self, names: tuple[str, ...]) -> list[Value]:
        """The values that the file has under any of these names, in their order."""
        keys = dict.fromkeys(name if self.nested else header_key(name) for name in names)
        return [self.values[key] for key in keys if key in self.values]
