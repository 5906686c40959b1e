"""Rows without `created`: no table needs it but those whose rows reports take by their time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import ColumnsMissing
from domain.ledger.tables import TABLES
from tests.ledger.conftest import Books
from tests.ledger.reports_of_books import report

UNDATED: dict[str, dict[str, object]] = {
    "charges": {"id": "ch_1", "amount": 1000, "currency": "usd", "payment_method_type": "card"},
    "refunds": {"id": "re_1", "amount": 1000, "currency": "usd"},
    "disputes": {"id": "dp_1", "amount": 1000, "currency": "usd"},
    "customers": {"id": "cus_1", "email": "a@example.com"},
    "payment_intents": {"id": "pi_1", "amount": 1000, "currency": "usd"},
    "transfers": {"id": "tr_1", "amount": 1000, "currency": "usd"},
}


def test_only_tables_that_reports_take_by_time_need_it() -> None:
    needing = {name for name, table in TABLES.items() if "created" in table.required}

    assert needing == {"balance_transactions", "payouts", "tax_transactions", "revenue_entries", "account_balances"}


@pytest.mark.parametrize("table", UNDATED)
def test_a_row_without_a_time_is_kept_and_found_again(table: str, books: Books, csv_file: Callable[..., Path]) -> None:
    row = UNDATED[table]
    columns = ", ".join(row)
    books.load(table, csv_file([row]))

    again = books.load(table, csv_file([row | {"created": ""}]))
    dated = books.load(table, csv_file([row | {"created": "2025-01-05"}, row | {"id": "x_2", "created": ""}]))

    assert [file.unchanged for file in again.files] == [1]
    assert [(file.updated, file.inserted) for file in dated.files] == [(1, 1)]
    assert books.rows(table, f"{columns}, created") == sorted(
        [
            (*map(str, row.values()), "2025-01-05 00:00:00+00"),
            (*map(str, (row | {"id": "x_2"}).values()), None),
        ]
    )


def test_a_report_reads_a_charge_and_a_customer_without_a_time(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    books.load("balance_transactions", csv_file([transaction()]))
    books.load("charges", csv_file([UNDATED["charges"] | {"customer": "cus_1"}]))
    books.load("customers", csv_file([UNDATED["customers"]]))

    made = report(
        books,
        "balance_change_from_activity.itemized.3",
        start="2025-01-01",
        end="2025-02-01",
        columns=["balance_transaction_id", "payment_method_type", "customer_email", "charge_created_utc"],
    )

    assert made.splitlines()[1:] == ['"txn_1","card","a@example.com",']


def test_an_expanded_object_without_a_time_is_a_row(books: Books, json_file: Callable[..., Path]) -> None:
    customer = {"id": "cus_1", "object": "customer", "email": "a@example.com"}
    charge = {"object": "charge", **UNDATED["charges"], "customer": customer}

    books.load("charges", json_file([charge]))

    assert books.rows("customers", "id, email, created") == [("cus_1", "a@example.com", None)]


def test_a_balance_transaction_needs_its_time(books: Books, csv_file: Callable[..., Path]) -> None:
    with pytest.raises(ColumnsMissing, match="no created"):
        books.load("balance_transactions", csv_file([{"id": "txn_1", "amount": 1}]))
