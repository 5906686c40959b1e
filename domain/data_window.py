"""From when until when a ledger has data."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import OutsideDataWindow
from domain.instants import DAY_SECONDS, LATEST


@dataclass(frozen=True, slots=True)
class DataWindow:
    """`[start, end]` in Unix seconds: an interval may begin at `start` and may end at `end`."""

    start: int
    end: int

    @classmethod
    def around(cls, first: int, last: int) -> DataWindow:
        """The whole UTC days of rows, from the first until the last."""
        return cls.of(day_of(first), day_of(last) + DAY_SECONDS)

    @classmethod
    def of(cls, start: int, end: int) -> DataWindow:
        """A window as it was kept; before rows had to lie before `LATEST`, there were some that ended behind it."""
        return cls(start, min(end, LATEST))

    def __or__(self, other: DataWindow) -> DataWindow:
        """From the first start until the last end of the two."""
        return DataWindow(min(self.start, other.start), max(self.end, other.end))

    def must_hold(self, report_type: str, edge: str, instant: int) -> None:
        """Raises `OutsideDataWindow` unless `instant` lies in the window, its ends included."""
        if instant < self.start:
            raise OutsideDataWindow.before(report_type, self.start, edge, instant)
        if instant > self.end:
            raise OutsideDataWindow.after(report_type, self.end, edge, instant)


@dataclass(frozen=True, slots=True)
class TableData:
    """What is known of one table, of an account or of several together.

    window            from the first row until the last, in whole days, or until when a load said that it is complete
    complete_through  the earliest end that a load has said, in Unix seconds; None when none did
    updated           when this was last told, in Unix seconds
    """

    window: DataWindow
    complete_through: int | None
    updated: int

    @classmethod
    def told(cls, window: DataWindow, said: int | None, updated: int) -> TableData:
        """Of one account. said: until when a load said that all is there; forgotten once rows lie behind it"""
        ends_as_said = said is not None and window.end == max(window.start, said)
        return cls(window, window.end if ends_as_said else None, updated)

    def __or__(self, other: TableData) -> TableData:
        """Of the accounts of both."""
        said = [end for end in (self.complete_through, other.complete_through) if end is not None]
        return TableData(self.window | other.window, min(said, default=None), max(self.updated, other.updated))

    @property
    def complete(self) -> DataWindow:
        """As far as no account is known to lack data: one whose last row is old need not lack any."""
        return self.window if self.complete_through is None else DataWindow(self.window.start, self.complete_through)


def day_of(instant: int) -> int:
    """The begin of an instant's UTC day."""
    return instant - instant % DAY_SECONDS
