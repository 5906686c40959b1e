"""Availability of data: windows, completeness dates, and how those of several accounts merge."""

from __future__ import annotations

import pytest

from domain.instants import DAY_SECONDS as DAY
from domain.instants import LATEST, parse_instant
from domain.ledger.availability import (
    ALL_ACCOUNTS,
    WHOLE_LEDGER,
    DataAvailability,
    DataWindow,
    TableAvailability,
    Tables,
    windows_of,
)

TABLE = "balance_transactions"


def data(start: int, end: int, complete_through: int | None = None, updated: int = 0) -> TableAvailability:
    return TableAvailability(DataWindow(start, end), complete_through, updated)


def test_a_stored_window_that_ends_after_the_latest_instant_is_capped() -> None:
    assert windows_of({TABLE: [3 * DAY, LATEST + DAY]}) == {TABLE: DataWindow(3 * DAY, LATEST)}
    assert DataWindow.around(3 * DAY, LATEST + 5) == DataWindow(3 * DAY, LATEST)


def test_two_windows_merge_to_the_smallest_around_both() -> None:
    assert DataWindow(3, 5) | DataWindow(1, 4) == DataWindow(1, 5)


@pytest.mark.parametrize(
    ("declared", "complete_through"),
    [(None, None), (6, 6), (5, None), (2, None)],  # without a date; at the window's end; later rows arrived
)
def test_a_completeness_date_is_dropped_when_later_rows_arrive(
    declared: int | None, complete_through: int | None
) -> None:
    assert TableAvailability.from_load(DataWindow(3, 6), declared, 9) == data(3, 6, complete_through, 9)


def test_data_declared_complete_before_its_start_is_complete_at_its_start() -> None:
    assert TableAvailability.from_load(DataWindow(3, 3), 2, 9).complete_through == 3


@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        (data(0, 3, updated=1), data(2, 7, updated=2), data(0, 7, updated=2)),
        (data(0, 4, 4), data(2, 7, 7), data(0, 7, 4)),
        (data(0, 7, 7), data(2, 4), data(0, 7, 7)),
        (data(0, 4, 4), data(2, 7), data(0, 7, 4)),
    ],
)
def test_accounts_merge_to_the_widest_window_and_the_earliest_completeness_date(
    one: TableAvailability, other: TableAvailability, merged: TableAvailability
) -> None:
    assert one | other == other | one == merged


@pytest.mark.parametrize(
    ("owners", "own", "all_accounts"),
    [
        ({"acct_1": {TABLE: data(3, 5)}, WHOLE_LEDGER: {TABLE: data(0, 9)}}, {TABLE: data(3, 5)}, {}),
        ({WHOLE_LEDGER: {TABLE: data(0, 9)}}, {TABLE: data(0, 9)}, {}),
        ({ALL_ACCOUNTS: {TABLE: data(2, 4)}, WHOLE_LEDGER: {TABLE: data(0, 9)}}, {}, {TABLE: data(2, 4)}),
        ({}, {}, {}),
    ],
)
def test_an_account_without_loads_has_the_window_of_the_loads_that_could_hold_its_rows(
    owners: dict[str, Tables], own: Tables, all_accounts: Tables
) -> None:
    assert DataAvailability.of_account("acct_1", owners) == DataAvailability(own, all_accounts)


def test_loads_for_all_accounts_cover_connected_accounts_too() -> None:
    platform = DataAvailability({TABLE: data(0, 9)}, {TABLE: data(1, 6, updated=5)})

    connected = DataAvailability.of_connected_accounts({TABLE: data(0, 7, 4, updated=3)}, platform)

    assert connected.of_table(TABLE) == (DataWindow(0, 6), 5)
    assert connected.of_table("payouts") is None


@pytest.mark.parametrize(
    ("start", "end", "holds", "around"),
    [
        ("2025-02-01", "2025-03-01", True, ("2025-02-01", "2025-03-01")),
        ("2025-02-02", "2025-03-01", False, ("2025-02-01", "2025-03-01")),
        ("2025-01-15", "2025-02-20", False, ("2025-01-01", "2025-03-01")),
        ("2025-01-15", "2025-03-02", True, ("2025-01-01", "2025-04-01")),
        ("2024-12-31", "2025-01-31T23:59:59", False, ("2024-12-01", "2025-02-01")),
        ("1970-01-01", "1970-02-01", True, ("1970-01-01", "1970-02-01")),
        ("9999-12-30", "9999-12-31", False, ("9999-12-01", "9999-12-31")),
    ],
)
def test_a_window_holds_a_month_when_all_of_its_days_lie_in_it(
    start: str, end: str, holds: bool, around: tuple[str, str]
) -> None:
    window = DataWindow(parse_instant(start), parse_instant(end))

    assert window.holds_a_month == holds
    assert window.whole_months == DataWindow(*map(parse_instant, around))
