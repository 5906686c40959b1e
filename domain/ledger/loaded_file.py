"""`LoadedFile`: one file of a load, and what became of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_BOOKKEEPING = ("_dlt_", "_sdc_", "_airbyte_", "_ab_", "_fivetran_", "_cq_", "batch_timestamp")
"""How the names of columns begin that connectors and Data Pipeline keep for themselves."""


def is_bookkeeping(column: str) -> bool:
    """Whether a connector keeps a column for itself: when, and by which run, it copied a row."""
    return column.lower().startswith(_BOOKKEEPING)


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file of a load, and the merge outcome of its rows.

    inserted + updated + unchanged + repeated + deleted = rows

    repeated  rows that the load has again, with the same values or a newer time stamp
    deleted   rows that are marked as deleted, and were left alone
    unread    columns that nothing reads
    """

    table: str
    file: str
    sha256: str
    rows: int
    inserted: int
    updated: int
    unchanged: int
    repeated: int = 0
    deleted: int = 0
    unread: tuple[str, ...] = ()

    @property
    def unread_data(self) -> tuple[str, ...]:
        """The columns that nothing reads, without the bookkeeping of connectors."""
        return tuple(column for column in self.unread if not is_bookkeeping(column))

    @property
    def plain(self) -> dict[str, Any]:
        """As events store it."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "unread": list(self.unread)}
