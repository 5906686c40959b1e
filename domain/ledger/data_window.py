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


def day_of(instant: int) -> int:
    """The begin of an instant's UTC day."""
    return instant - instant % DAY_SECONDS
