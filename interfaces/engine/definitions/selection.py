"""What an order asks of a report definition, apart from the values: orders that share it share their SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interfaces.engine.definitions.report_definition import Definition


@dataclass(frozen=True, slots=True)
class Selection:
    """The columns and filters of one definition.

    columns  names as the definition's SQL has them: `payment_metadata[key]` for every key
    filters  names of conditions in `filters.sql`
    opening  whether the ledger has opening balances
    """

    definition: Definition
    columns: tuple[str, ...]
    filters: tuple[str, ...]
    opening: bool = False

    @property
    def rows_with_opening(self) -> str | None:
        """The `.sql` file that takes the place of the ledger's balance transactions, if any."""
        return self.definition.opening if self.opening else None

    @property
    def of_one_account(self) -> bool:
        return "account" in self.filters


_KEY_PARAMETER = "metadata_key_"


def key_parameter(position: int) -> str:
    """The parameter that the key of the metadata column at this position is bound to."""
    return f"{_KEY_PARAMETER}{position}"


def is_key_parameter(name: str) -> bool:
    """Whether the key of a metadata column is bound to this parameter."""
    return name.startswith(_KEY_PARAMETER)


def columns_without_keys(columns: Sequence[str]) -> tuple[str, ...]:
    """`payment_metadata[order]` -> `payment_metadata[key]`; other columns as they are."""
    return tuple(f"{column.partition('[')[0]}[key]" if _has_key(column) else column for column in columns)


def metadata_keys(columns: Sequence[str]) -> Mapping[str, str]:
    """Parameter -> JSON pointer to the key that the caller has named.

    A pointer can name any key, unlike a JSON path.
    """
    return {
        key_parameter(position): _pointer(column.partition("[")[2].removesuffix("]"))
        for position, column in enumerate(columns)
        if _has_key(column)
    }


def _has_key(column: str) -> bool:
    return column.endswith("]")


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")


def key_of_pointer(pointer: str) -> str:
    """The key that a JSON pointer of `metadata_keys` names."""
    return pointer.removeprefix("/").replace("~1", "/").replace("~0", "~")
