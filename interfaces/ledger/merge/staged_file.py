"""`StagedFile`: the rows of one table that were staged from one file."""

from __future__ import annotations

from dataclasses import dataclass

from domain.ledger.tables import Table
from interfaces.ledger.checks.rows import Rows
from interfaces.ledger.sources.source_file import SourceFile


@dataclass(frozen=True, slots=True)
class StagedFile:
    """One file of a load, or the part of it that is for one table.

    unread       its columns that nothing reads
    left_alone   how many of its rows are deleted ones without data
    supplements  whether its rows are only added where their table lacks them
    """

    source: SourceFile
    rows: Rows
    unread: tuple[str, ...]
    left_alone: int
    supplements: bool = False

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def table(self) -> Table:
        return self.rows.table

    @property
    def has_more(self) -> bool | None:
        """Whether the file's last page says that there are more; None without pages."""
        return self.rows.records.has_more
