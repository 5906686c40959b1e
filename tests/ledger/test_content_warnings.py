"""Rows that would leave a report empty, or that nobody knows, are kept and warned of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from application.ports.ledger import LedgerSource
from tests.ledger.conftest import Books

NO_LINKS = (
    "No balance transaction is linked to a payout, so reports of payout reconciliation have no rows. "
    "Payout reconciliation needs payout_balance_transactions, or payout_id on balance transactions."
)

Transaction = Callable[..., dict[str, object]]


def test_a_type_that_nobody_knows_is_kept_and_warned_of_with_its_row(
    books: Books, csv_file: Callable[..., Path], transaction: Transaction
) -> None:
    rows = [transaction(id="txn_1"), *(transaction(id=f"txn_{n}", type="chrage") for n in (2, 3, 4))]

    outcome = books.load("balance_transactions", csv_file(rows))

    assert outcome.warnings == (
        "rows.csv, row 2: The type 'chrage', and of 2 more rows, is not known. It is kept as its own category.",
    )
    assert books.rows("balance_transactions", "type, reporting_category")[1] == ("chrage", "chrage")


def test_a_category_that_nobody_knows_is_warned_of(
    books: Books, csv_file: Callable[..., Path], transaction: Transaction
) -> None:
    rows = [transaction(), transaction(id="txn_2", reporting_category="sales")]

    outcome = books.load("balance_transactions", csv_file([{**rows[1], **rows[0], "reporting_category": ""}, rows[1]]))

    assert outcome.warnings == (
        "rows.csv, row 2: The reporting category 'sales' is not known. It is kept as its own category.",
    )


def test_a_new_type_with_a_known_category_is_no_reason_to_warn(
    books: Books, csv_file: Callable[..., Path], transaction: Transaction
) -> None:
    outcome = books.load("balance_transactions", csv_file([transaction(type="new", reporting_category="charge")]))

    assert outcome.warnings == ()


def test_a_load_in_which_no_category_is_known_says_so(
    books: Books, csv_file: Callable[..., Path], transaction: Transaction
) -> None:
    rows = [transaction(id=f"txn_{n}", type=f"kind_{n:02}") for n in range(12)]

    outcome = books.load("balance_transactions", csv_file(rows))

    assert outcome.warnings[-2:] == (
        "2 more types or categories are not known. They are kept as they are.",
        "No balance transaction of this load has a known category, so reports have none of Stripe's categories.",
    )


def test_payouts_that_no_row_is_linked_to_are_warned_of(
    books: Books, csv_file: Callable[..., Path], transaction: Transaction
) -> None:
    rows = [transaction(), transaction(id="txn_2", type="payout", amount=-941, fee=0, net=-941, source="po_1")]

    without = books.load("balance_transactions", csv_file(rows))
    with_links = books.load_all(
        [
            LedgerSource("balance_transactions", csv_file(rows)),
            LedgerSource(
                "payout_balance_transactions",
                csv_file([{"payout_id": "po_1", "balance_transaction_id": "txn_1"}], "links.csv"),
            ),
        ]
    )
    afterwards = books.load("balance_transactions", csv_file(rows))

    assert without.warnings == (NO_LINKS,)
    assert with_links.warnings == afterwards.warnings == ()


def test_a_payout_id_on_a_stored_transaction_is_a_link(
    books: Books, csv_file: Callable[..., Path], transaction: Transaction
) -> None:
    payout = {"id": "po_1", "amount": 1, "currency": "usd", "created": 1, "arrival_date": 86400, "status": "paid"}
    payouts = csv_file([{**payout, "automatic": "true"}], "payouts.csv")

    alone = books.load("payouts", payouts)
    books.load("balance_transactions", csv_file([transaction()]))
    before = books.load("payouts", payouts)
    books.load("balance_transactions", csv_file([transaction(payout_id="po_1")]))
    after = books.load("payouts", payouts)

    assert before.warnings == (NO_LINKS,)
    assert alone.warnings == after.warnings == ()
