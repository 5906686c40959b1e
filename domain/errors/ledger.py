"""Rows or loads that a ledger does not take."""

from __future__ import annotations

from domain.errors.root import ReportrunError


class LedgerRefused(ReportrunError):
    """Rows that a ledger does not take. Nothing of the load was kept.

    file, row, column  where; row counts from 1 for the first record after the header; None when not of one
    """

    def __init__(
        self, problem: str, *, file: str | None = None, row: int | None = None, column: str | None = None
    ) -> None:
        where = [
            part
            for part in (file, f"row {row}" if row else None, f"column {column}" if column else None)
            if part is not None
        ]
        super().__init__(f"{', '.join(where)}: {problem}" if where else problem)
        self.file, self.row, self.column = file, row, column


class LedgerBusy(ReportrunError):
    def __init__(self) -> None:
        super().__init__("Another load into this ledger is under way. Try again when it has ended.")
