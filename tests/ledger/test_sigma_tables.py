"""Stripe's own tables, as Sigma and Data Pipeline export them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from application.ports.ledger import LedgerSource
from tests.ledger.conftest import Books

PAYOUT = {
    "id": "po_1", "amount": 7200, "automatic": "true", "created": "2025-03-05 02:00:00.000", "currency": "usd",
    "date": "2025-03-06 00:00:00.000", "destination_id": "ba_1", "status": "paid", "type": "bank_account",
}  # fmt: skip

TRANSFER = {**PAYOUT, "id": "tr_1", "automatic": "", "date": "", "status": "", "type": "", "destination_id": "acct_1"}

CHARGE = {"id": "ch_1", "amount": 1, "currency": "usd", "created": 1, "description": "Order"}

KEYS = [{"charge_id": "ch_1", "key": "order_id", "value": "K-1"}, {"charge_id": "ch_1", "key": "tier", "value": "gold"}]


def test_the_automatic_transfer_of_a_balance_transaction_is_its_payout(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    books.load("balance_transactions", csv_file([transaction(automatic_transfer_id="po_1")]))

    assert books.rows("balance_transactions", "payout_id") == [("po_1",)]


def test_payouts_in_the_table_of_transfers_are_payouts(books: Books, csv_file: Callable[..., Path]) -> None:
    outcome = books.load("transfers", csv_file([PAYOUT, TRANSFER], "transfers.csv"))

    assert books.rows("payouts", "id, arrival_date, status") == [("po_1", "2025-03-06 00:00:00+00", "paid")]
    assert books.rows("transfers", "id, destination_id") == [("tr_1", "acct_1")]
    assert [(file.table, file.rows) for file in outcome.files] == [("payouts", 1), ("transfers", 1)]


def test_a_table_of_transfers_that_holds_payouts_alone_is_one_of_payouts(
    books: Books, csv_file: Callable[..., Path]
) -> None:
    outcome = books.load("transfers", csv_file([PAYOUT], "transfers.csv"))

    assert [(file.table, file.rows) for file in outcome.files] == [("payouts", 1)]


def test_metadata_in_a_table_of_its_own_belongs_to_the_objects_of_the_load(
    books: Books, csv_file: Callable[..., Path]
) -> None:
    charges, keys = csv_file([CHARGE], "charges.csv"), csv_file(KEYS, "charges_metadata.csv")

    outcome = books.load_all([LedgerSource("charges", charges), LedgerSource("charges_metadata", keys)])

    assert books.rows("charges", "id, metadata") == [("ch_1", '{"order_id":"K-1","tier":"gold"}')]
    assert [(file.table, file.rows) for file in outcome.files] == [("charges", 1), ("charges_metadata", 2)]


def test_metadata_that_comes_later_belongs_to_stored_objects(books: Books, csv_file: Callable[..., Path]) -> None:
    books.load("charges", csv_file([CHARGE], "charges.csv"))

    outcome = books.load("charges_metadata", csv_file(KEYS, "charges_metadata.csv"))
    again = books.load("charge_metadata", csv_file(KEYS, "charges_metadata.csv"))

    assert books.rows("charges", "id, description, metadata") == [("ch_1", "Order", '{"order_id":"K-1","tier":"gold"}')]
    assert [file.updated for file in (*outcome.files, *again.files)] == [1, 0]


def test_metadata_of_objects_that_are_not_known_is_warned_of(books: Books, csv_file: Callable[..., Path]) -> None:
    outcome = books.load("charges_metadata", csv_file(KEYS, "charges_metadata.csv"))

    assert outcome.warnings == (
        "charges_metadata.csv: 1 of the objects are not in charges, so their metadata is left out. "
        "Load charges first, or together.",
    )
