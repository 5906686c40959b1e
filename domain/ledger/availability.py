"""For which time an account has data in a table, and for which time that data is complete."""

from __future__ import annotations

from dataclasses import dataclass

from domain.ledger.data_window import DataWindow


@dataclass(frozen=True, slots=True)
class TableAvailability:
    """What is known of one table, of an account or of several together.

    window            from the first row until the last, in whole days, or until when a load said that it is complete
    complete_through  the earliest end that a load has said, in Unix seconds; None when none did
    updated           when this was last told, in Unix seconds
    """

    window: DataWindow
    complete_through: int | None
    updated: int

    @classmethod
    def from_load(cls, window: DataWindow, said: int | None, updated: int) -> TableAvailability:
        """Of one account. said: until when a load said that all is there; forgotten once rows lie behind it"""
        ends_as_said = said is not None and window.end == max(window.start, said)
        return cls(window, window.end if ends_as_said else None, updated)

    def __or__(self, other: TableAvailability) -> TableAvailability:
        """Of the accounts of both."""
        said = [end for end in (self.complete_through, other.complete_through) if end is not None]
        return TableAvailability(self.window | other.window, min(said, default=None), max(self.updated, other.updated))

    @property
    def complete(self) -> DataWindow:
        """As far as no account is known to lack data: one whose last row is old need not lack any."""
        return self.window if self.complete_through is None else DataWindow(self.window.start, self.complete_through)
