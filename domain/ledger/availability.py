"""Availability of data: for which time a table has rows of an account, and for which time they are complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from domain.errors import LedgerRefused, OutsideDataWindow
from domain.instants import DAY_SECONDS, LATEST, month_of, next_month, utc_text

ALL_ACCOUNTS = ""
"""The owner of loads whose rows name their accounts: they say something of every account."""

WHOLE_LEDGER = "*"
"""The owner of what all loads together have brought."""


@dataclass(frozen=True, slots=True)
class DataWindow:
    """`[start, end]` in Unix seconds: an interval may begin at `start` and may end at `end`."""

    start: int
    end: int

    @classmethod
    def around(cls, first: int, last: int) -> DataWindow:
        """The whole UTC days from the first row through the last."""
        return cls.of(_day_of(first), _day_of(last) + DAY_SECONDS)

    @classmethod
    def of(cls, start: int, end: int) -> DataWindow:
        """A stored window, capped at `LATEST`: older versions stored later ends."""
        return cls(start, min(end, LATEST))

    def __or__(self, other: DataWindow) -> DataWindow:
        """The smallest window around both."""
        return DataWindow(min(self.start, other.start), max(self.end, other.end))

    @property
    def holds_a_month(self) -> bool:
        """Whether a whole calendar month (UTC) lies in the window."""
        first = self.start if month_of(self.start) == self.start else next_month(self.start)
        return first < next_month(first) <= self.end

    @property
    def whole_months(self) -> DataWindow:
        """The smallest window of whole calendar months (UTC) around this one."""
        return DataWindow(month_of(self.start), next_month(max(self.start, self.end - 1)))

    def must_hold(self, report_type: str, edge: str, instant: int) -> None:
        """Raises `OutsideDataWindow` unless `instant` lies in the window, its ends included."""
        if instant < self.start:
            raise OutsideDataWindow.before(report_type, self.start, edge, instant)
        if instant > self.end:
            raise OutsideDataWindow.after(report_type, self.end, edge, instant)


Span = tuple[int, int]
"""First and last `created` of rows, in Unix seconds."""

Windows = dict[str, DataWindow]
"""Table -> its window, for the tables that reports are made of and that have rows."""


def window_around(windows: Windows) -> DataWindow | None:
    """The smallest window around those of all tables; None without any."""
    return reduce(or_, windows.values()) if windows else None


def windows_of(plain: Mapping[str, Sequence[int]]) -> Windows:
    """Windows from their stored form."""
    return {table: DataWindow.of(start, end) for table, (start, end) in plain.items()}


def widened(
    windows: Windows,
    loaded: Mapping[str, Span],
    stored: Mapping[str, Span],
    complete_through: int | None,
    complete_from: int | None = None,
) -> Windows:
    """An owner's windows after a load: whole UTC days around the rows, or up to the declared completeness date.

    loaded            of the rows of this load
    stored            of all rows of each table
    complete_through  the completeness date that the load declares, in Unix seconds
    complete_from     from when the owner's data is declared complete; rows before it widen the window further
    """
    both = dict(windows)
    for table, (first, last) in loaded.items():
        window = DataWindow.around(first, last)
        both[table] = both.get(table, window) | window
    for table, window in both.items():
        start = _start(window, stored.get(table), complete_from)
        end = window.end if complete_through is None else complete_through
        both[table] = DataWindow(start, max(start, end))
    return both


def _start(window: DataWindow, stored: Span | None, complete_from: int | None) -> int:
    if stored is None:  # no rows: all that is known was declared
        return window.start if complete_from is None else complete_from
    start = max(window.start, _day_of(stored[0]))  # an update may have moved the earliest row
    return start if complete_from is None else min(start, complete_from)


def must_be_in_order(complete_from: int | None, complete_through: int | None) -> None:
    """Raises `LedgerRefused` when one declaration says that data ends before it begins: rows do not matter."""
    if complete_from is not None and complete_through is not None and complete_through <= complete_from:
        raise LedgerRefused(
            f"Data that is complete from {utc_text(complete_from)} cannot be complete through "
            f"{utc_text(complete_through)}. Give a later time through which, or an earlier one from when."
        )


def must_end_after_it_begins(windows: Windows, complete_through: int | None) -> None:
    """Raises `LedgerRefused` when a declaration leaves no time in the window of any table.

    windows           an owner's, with the declaration
    complete_through  the completeness date that holds then, in Unix seconds
    """
    if complete_through is None or not windows or any(window.start < window.end for window in windows.values()):
        return
    begin = min(window.start for window in windows.values())
    raise LedgerRefused(
        f"The data begins at {utc_text(begin)}, so it cannot be complete through {utc_text(complete_through)}. "
        "Give a later time, or an earlier one from when it is complete."
    )


def merged(owners: Iterable[Windows]) -> Windows:
    """The windows of all owners together."""
    together: Windows = {}
    for windows in owners:
        together |= {table: together.get(table, window) | window for table, window in windows.items()}
    return together


def merged_with(whole: Windows, owners: Mapping[str, Windows], owner: str, windows: Windows) -> Windows:
    """The windows of all owners together, once one owner's are `windows`.

    Other owners are looked at only when the owner's data made an edge of the whole, and no longer reaches it.

    whole   of `owners` together
    owners  every owner's windows, of this one as they were before
    """
    before = owners.get(owner, {})
    if any(_gives_way(whole.get(table), before.get(table), window) for table, window in windows.items()):
        return merged({**owners, owner: windows}.values())
    return {**whole, **{table: whole.get(table, window) | window for table, window in windows.items()}}


def _gives_way(whole: DataWindow | None, before: DataWindow | None, after: DataWindow) -> bool:
    """Whether an owner's window reached an edge of the whole before, and does so no longer."""
    if whole is None or before is None:
        return False
    return whole.start == before.start < after.start or whole.end == before.end > after.end


@dataclass(frozen=True, slots=True)
class TableAvailability:
    """Availability of one table, for an account or for several together.

    complete_through  the declared completeness date, the earliest of several, in Unix seconds; None without one
    updated           the time of the latest load, in Unix seconds
    """

    window: DataWindow
    complete_through: int | None
    updated: int

    @classmethod
    def from_load(cls, window: DataWindow, complete_through: int | None, updated: int) -> TableAvailability:
        """After a load. complete_through: the declared completeness date; dropped when later rows arrive"""
        is_end = complete_through is not None and window.end == max(window.start, complete_through)
        return cls(window, window.end if is_end else None, updated)

    def __or__(self, other: TableAvailability) -> TableAvailability:
        """Of the accounts of both."""
        ends = [end for end in (self.complete_through, other.complete_through) if end is not None]
        return TableAvailability(self.window | other.window, min(ends, default=None), max(self.updated, other.updated))

    @property
    def complete(self) -> DataWindow:
        """The window up to the earliest completeness date among the accounts.

        An account without one counts as complete: it may have had no activity after its last row.
        """
        return self.window if self.complete_through is None else DataWindow(self.window.start, self.complete_through)


Tables = Mapping[str, TableAvailability]
"""Table -> its availability."""


@dataclass(frozen=True, slots=True)
class DataAvailability:
    """Availability of every table, for an account or for several together.

    own           from loads for these accounts
    all_accounts  from loads whose rows name their accounts
    """

    own: Tables
    all_accounts: Tables

    @classmethod
    def of_account(cls, account: str, owners: Mapping[str, Tables]) -> DataAvailability:
        """An account without loads counts as complete and empty over the ledger's whole window.

        owners  the account, `ALL_ACCOUNTS` and `WHOLE_LEDGER` -> availability from their loads, where there are any
        """
        all_accounts = owners.get(ALL_ACCOUNTS, {})
        fallback = {} if all_accounts else owners.get(WHOLE_LEDGER, {})
        return cls(owners.get(account, fallback), all_accounts)

    @classmethod
    def of_connected_accounts(cls, together: Tables, platform: DataAvailability) -> DataAvailability:
        """Loads whose rows name their accounts cover connected accounts as they cover the platform.

        together  the connected accounts' own availability, merged
        """
        return cls(together, platform.all_accounts)

    def __or__(self, other: DataAvailability) -> DataAvailability:
        """Of the accounts of both."""
        both = {table: data | other.own[table] for table, data in self.own.items() if table in other.own}
        return DataAvailability({**self.own, **other.own, **both}, {**self.all_accounts, **other.all_accounts})

    def of_table(self, table: str) -> tuple[DataWindow, int] | None:
        """The window in which a table is complete, and the time of its latest load; None without data."""
        own, shared = self.own.get(table), self.all_accounts.get(table)
        if own and shared:
            return own.complete | shared.window, max(own.updated, shared.updated)
        found = own or shared
        return (found.complete, found.updated) if found else None


NO_DATA = DataAvailability({}, {})


def _day_of(instant: int) -> int:
    """The start of an instant's UTC day."""
    return instant - instant % DAY_SECONDS
