"""One small ledger in every dialect and encoding gives the same reports, to the byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from application.ports.ledger import LedgerSource
from tests.ledger.conftest import Books
from tests.ledger.dialects import WHOLE, dashboard
from tests.ledger.reports_of_books import all_columns, api_books, report
from tests.support.api_objects import api_objects

YEAR: dict[str, Any] = {"start": "2025-01-01", "end": "2026-01-01"}

REPORTS: dict[str, dict[str, Any]] = {
    "balance.summary.1": YEAR,
    "balance_change_from_activity.itemized.3": YEAR,
    "payouts.itemized.3": YEAR,
    "payout_reconciliation.itemized.5": YEAR,
    "ending_balance_reconciliation.itemized.4": {"end": "2026-01-01"},
}


def reports(books: Books) -> dict[str, str]:
    """Every report with all of its columns."""
    return {
        report_type: report(books, report_type, **asked, **_columns(report_type))
        for report_type, asked in REPORTS.items()
    }


def _columns(report_type: str) -> dict[str, Any]:
    return {} if "summary" in report_type else {"columns": all_columns(report_type)}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return api_books(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def expected(source: Books) -> dict[str, str]:
    made = reports(source)
    assert all(len(text.splitlines()) > 2 for text in made.values())
    assert '"FR"' in made["balance_change_from_activity.itemized.3"]
    return made


@pytest.mark.parametrize("dialect", WHOLE)
def test_every_dialect_gives_the_same_reports(
    books: Books, tmp_path: Path, expected: dict[str, str], dialect: str
) -> None:
    books.load_all(WHOLE[dialect](api_objects(), tmp_path / "export"))

    assert reports(books) == expected


def test_reports_of_all_rows_give_the_same_reports(
    source: Books, books: Books, tmp_path: Path, expected: dict[str, str]
) -> None:
    sources = [
        ("balance_transactions", "payout_reconciliation.itemized.5"),
        ("balance_transactions", "ending_balance_reconciliation.itemized.4"),
        ("payouts", "payouts.itemized.3"),
    ]
    files = []
    for table, report_type in sources:
        path = tmp_path / f"{report_type}.csv"
        path.write_text(expected[report_type], encoding="utf-8", newline="")
        files.append(LedgerSource(table, path))

    books.load_all(files)

    assert reports(books) == expected


CARRIED = [
    "balance_transaction_id", "created", "available_on", "currency", "gross", "fee", "net", "source_id", "description",
    "automatic_payout_id", "automatic_payout_effective_at",
]  # fmt: skip
"""The columns that the Dashboard's exports carry."""


@pytest.mark.parametrize(
    "report_type", ["balance_change_from_activity.itemized.3", "payout_reconciliation.itemized.5", "payouts.itemized.3"]
)
def test_the_exports_of_the_dashboard_give_the_same_reports_of_the_columns_that_they_carry(
    source: Books, books: Books, tmp_path: Path, report_type: str
) -> None:
    carried = ["payout_id", "effective_at", "gross", "net", "payout_status"] if "payouts" in report_type else CARRIED

    books.load_all(dashboard(api_objects(), tmp_path))

    expected = report(source, report_type, **YEAR, columns=carried)
    assert report(books, report_type, **YEAR, columns=carried) == expected
