"""Every report of the catalogue can be loaded, or is refused by name as one that holds sums."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from application.ports.ledger import LedgerSource
from domain.errors import LedgerRefused
from domain.report_types import ReportType, catalogue
from interfaces.ledger.sources.reports.report_files import report_file
from interfaces.ledger.sources.reports.sums import must_hold_rows
from interfaces.ledger.sources.table_names import sources_in, why_left_out
from tests.ledger.conftest import Books
from tests.ledger.reports_of_books import api_books, report

TYPES = list(catalogue())
BY_REPORT = {
    "balance": "balance summary",
    "revenue_recognition": "report on revenue recognition",
    "tax": "report tax.transactions",
    "connect": "report connect.negative_balance_refunds_disputes_overview.1",
}


def is_loadable(report_type: ReportType) -> bool:
    return "itemized" in report_type.id and not report_type.definition.startswith(("tax.", "revenue_recognition."))


@pytest.mark.parametrize("columns", ["default", "all"])
@pytest.mark.parametrize("report_type", TYPES, ids=[one.id for one in TYPES])
def test_a_header_is_known_as_that_of_rows_or_of_sums(report_type: ReportType, columns: str) -> None:
    chosen = report_type.default_columns if columns == "default" else report_type.columns
    header = tuple(column.replace("[key]", "[order_id]") for column in chosen)

    if is_loadable(report_type):
        must_hold_rows(header, "report.csv")
        assert report_file("balance_transactions", header) or report_file("payouts", header)
        return
    name = BY_REPORT.get(report_type.definition.partition(".")[0], "report of totals by reporting category")
    with pytest.raises(LedgerRefused, match=f"^report.csv: This is a {name}|^report.csv: This is the {name}"):
        must_hold_rows(header, "report.csv")


@pytest.mark.parametrize("table", ["payouts", "balance_transactions", "opening_balances"])
def test_a_summary_that_is_given_itself_is_refused_by_name(
    books: Books, tmp_path: Path, text_file: Callable[..., Path], table: str
) -> None:
    made = report(api_books(tmp_path), "payouts.summary.1", "2025-01-01", "2026-01-01")

    with pytest.raises(LedgerRefused) as refused:
        books.load(table, text_file(made, "payouts.summary.1.csv"))

    assert str(refused.value) == (
        "payouts.summary.1.csv: This is a report of totals by reporting category, such as payouts.summary.1. It holds "
        "sums, and not the rows that they are made of, so it cannot be loaded. Load the itemized report of the same "
        "name."
    )


def test_a_table_of_taxes_that_is_no_report_is_loaded(books: Books, text_file: Callable[..., Path]) -> None:
    books.load(
        "tax_transactions",
        text_file(
            "id,line_item_id,transaction_date,currency,subtotal,invoice_id\ntax_1,li_1,2025-01-01,usd,100,in_1\n"
        ),
    )

    assert books.rows("tax_transactions", "id, subtotal, invoice_id") == [("tax_1", "100", "in_1")]


def test_summaries_of_a_folder_are_left_alone_with_a_sentence_and_rows_of_connected_accounts_found(
    tmp_path: Path,
) -> None:
    rows = {
        "payouts.csv": "payouts",
        "connected_account_payouts.itemized.3.csv": "payouts",
        "connected_account_balance_change_from_activity.itemized.3.csv": "balance_transactions",
    }
    sums = (
        "Balance_Summary_USD_2025.csv",
        "balance.summary.1.csv",
        "connect.negative_balance_refunds_disputes_overview.1.csv",
        "connected_account_payouts.summary.1.csv",
        "payouts.summary.1.csv",
        "payouts_summary.csv",
        "revenue_recognition.debit_credit_by_price.1.csv",
        "tax.transactions.itemized.2.csv",
    )
    for name in (*rows, *sums):
        (tmp_path / name).touch()

    found = sources_in(tmp_path)

    assert found.sources == [LedgerSource(rows[name], tmp_path / name) for name in sorted(rows)]
    assert [path.name for path in found.left_out] == list(sums)
    assert found.others == []
    assert {why_left_out(path) for path in found.left_out} == {
        f"{name} is left out: by its name it is a report that holds sums, which cannot be loaded. Itemized reports can."
        for name in sums
    }
