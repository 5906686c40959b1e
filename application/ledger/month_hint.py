"""The hint after a load that leaves no whole calendar month in the data window: none can be requested then."""

from __future__ import annotations

from domain.instants import utc_text
from domain.ledger.availability import ALL_ACCOUNTS, DataWindow
from domain.ledger.ledger import Ledger


def month_hint(ledger: Ledger, owner: str, tables: list[str], now: int) -> str | None:
    """One sentence that says how to widen the window, for the first of the load's tables that holds no month.

    now  Unix seconds: a month that has not ended cannot be complete
    """
    windows = ledger.owners.get(owner, {})
    for table in tables:
        window = windows.get(table)
        if window is not None and not window.holds_a_month:
            return _sentence(table, window, owner, ledger.livemode, now)
    return None


def _sentence(table: str, window: DataWindow, owner: str, livemode: bool, now: int) -> str | None:
    months = window.whole_months
    starts = [] if months.start == window.start else [("from", months.start)]
    ends = [] if months.end == window.end or months.end > now else [("through", months.end)]
    if not starts and not ends:
        return None
    said_of = "--all-accounts" if owner == ALL_ACCOUNTS else f"--account {owner}"
    mode = " --mode live" if livemode else ""
    load = " ".join(f"--complete-{edge} {_day(instant)}" for edge, instant in starts + ends)
    declare = " ".join(f"--{edge} {_day(instant)}" for edge, instant in starts + ends)
    return (
        f"The window of {table} holds no whole calendar month: {_day(window.start)} through {_day(window.end)}. If no "
        f"rows are missing around it, load with `{load}`, or run `reportrun ledger complete {declare} {said_of}{mode}`."
    )


def _day(instant: int) -> str:
    return utc_text(instant).removesuffix(" 00:00:00 UTC").removesuffix(" UTC").replace(" ", "T")
