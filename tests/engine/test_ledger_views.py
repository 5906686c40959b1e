"""Small tables are read from memory once they are used again; what a report says does not change by it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from domain.ledger.ledger import PinnedLedger
from interfaces.engine.duckdb.ledger_views import LedgerViews
from tests.support.row_ledger import Reports, SmallLedger

ITEMIZED = "balance_change_from_activity.itemized.3"
JANUARY = ("2025-01-01", "2025-02-01")
TABLE = "balance_transactions"
COUNT = f"select count(*) from {TABLE}"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    ledger = SmallLedger(tmp_path / "ledger")
    ledger.transaction("txn_1", "2025-01-02", 100, "charge")
    return ledger.files(PinnedLedger(True, 1, {}), TABLE)


def count(connection: duckdb.DuckDBPyConnection) -> object:
    return (connection.execute(COUNT).fetchone() or (None,))[0]


def test_a_small_table_is_in_memory_from_its_second_use(files: list[str]) -> None:
    connection = duckdb.connect()
    views = LedgerViews(connection)
    views.show({TABLE: files}, small=[TABLE])
    views.show({TABLE: files}, small=[TABLE])
    Path(files[0]).unlink()
    views.show({TABLE: files}, small=[TABLE])

    assert count(connection) == 1


def test_a_table_used_once_or_one_that_is_not_small_stays_a_view(files: list[str]) -> None:
    once, large = duckdb.connect(), duckdb.connect()
    LedgerViews(once).show({TABLE: files}, small=[TABLE])
    views = LedgerViews(large)
    for _ in range(3):
        views.show({TABLE: files})
    Path(files[0]).unlink()

    for connection in (once, large):
        with pytest.raises(duckdb.IOException):
            connection.execute(COUNT)


def test_other_files_take_the_place_of_a_table_in_memory(files: list[str], tmp_path: Path) -> None:
    more = SmallLedger(tmp_path / "more")
    for number in range(3):
        more.transaction(f"txn_{number}", "2025-01-02", 100, "charge")
    connection = duckdb.connect()
    views = LedgerViews(connection)
    counts = []
    for shown in (files, files, more.files(PinnedLedger(True, 2, {}), TABLE), [], files, files):
        views.show({TABLE: shown}, small=[TABLE])
        counts.append(count(connection))

    assert counts == [1, 1, 3, 0, 1, 1]


def test_a_report_from_memory_has_the_bytes_of_one_from_files(tmp_path: Path) -> None:
    ledger = SmallLedger(tmp_path / "ledger")
    for day in range(1, 29):
        ledger.transaction(f"txn_{day:02}", f"2025-01-{day:02}", 100 * day, "charge")
    reports = Reports(ledger, tmp_path)

    assert len({reports.csv(ITEMIZED, *JANUARY) for _ in range(3)}) == 1
    assert len({reports.csv("balance.summary.1", *JANUARY) for _ in range(3)}) == 1


def test_all_files_of_a_small_table_are_asked_for_and_of_others_those_of_the_interval(tmp_path: Path) -> None:
    ledger = SmallLedger(tmp_path / "ledger")
    ledger.transaction("txn_1", "2025-01-02", 100, "charge")
    Reports(ledger, tmp_path).csv(ITEMIZED, *JANUARY)
    ledger.rows = lambda ledger, table: None  # type: ignore[method-assign]
    Reports(ledger, tmp_path).csv(ITEMIZED, *JANUARY)

    of_small, of_unknown = [created for table, created in ledger.asked if table == TABLE]
    assert of_small is None
    assert of_unknown is not None
