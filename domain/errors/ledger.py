"""Rows or loads that a ledger refuses."""

from __future__ import annotations

from collections.abc import Sequence

from domain.errors.root import ReportrunError


def printable(text: str) -> str:
    """The text with control characters, and all others that no screen shows, as escapes such as `\\x1b`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class LedgerRefused(ReportrunError):
    """Rows that a ledger refuses. Nothing of the load is kept.

    file, row, column  the place of the problem, as far as it has one; row 1 is the first after the header
    """

    def __init__(
        self, problem: str, *, file: str | None = None, row: int | None = None, column: str | None = None
    ) -> None:
        where = [
            part
            for part in (file, f"row {row}" if row else None, f"column {column}" if column else None)
            if part is not None
        ]
        super().__init__(printable(f"{', '.join(where)}: {problem}" if where else problem))
        self.problem, self.file, self.row, self.column = problem, file, row, column

    def of_file(self, file: str) -> LedgerRefused:
        """The same refusal, of its own class, with a file as its place, where it has none."""
        return self if self.file else type(self)(self.problem, file=file, row=self.row, column=self.column)


class ColumnsMissing(LedgerRefused):
    """A file lacks columns that its table needs."""


def together(refusals: Sequence[LedgerRefused]) -> LedgerRefused:
    """One refusal for those of several files, a line each."""
    if len(refusals) == 1:
        return refusals[0]
    several = LedgerRefused("")
    several.args = ("\n".join(map(str, refusals)),)
    return several


class LedgerBusy(ReportrunError):
    def __init__(self) -> None:
        super().__init__("Another load into this ledger is under way. Try again when it has ended.")
