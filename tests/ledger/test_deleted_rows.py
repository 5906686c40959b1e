"""Rows that are marked as deleted: what is known stays, because the past does not change; a link is given up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from application.ports.ledger import LoadOutcome
from domain.errors import LedgerRefused
from tests.ledger.conftest import Books

CHARGE = {"id": "ch_1", "object": "charge", "created": 1, "amount": 1, "currency": "usd"}

ADA = {"id": "cus_1", "object": "customer", "created": 1, "name": "Ada"}


def counts(outcome: LoadOutcome) -> tuple[int, ...]:
    (file,) = outcome.files
    return file.rows, file.inserted, file.updated, file.unchanged, file.deleted


def test_a_deleted_object_of_the_api_leaves_what_is_known(books: Books, json_file: Callable[..., Path]) -> None:
    books.load("customers", json_file([ADA]))

    outcome = books.load(
        "customers",
        json_file([{"id": "cus_1", "object": "customer", "deleted": True}, {**ADA, "id": "cus_2", "deleted": False}]),
    )

    assert books.rows("customers", "id, name") == [("cus_1", "Ada"), ("cus_2", "Ada")]
    assert counts(outcome) == (2, 1, 0, 0, 1)


@pytest.mark.parametrize(("table", "noun"), [("customers", "customer"), ("cards", "card"), ("accounts", "account")])
def test_a_file_of_deleted_objects_alone_changes_nothing(
    table: str, noun: str, books: Books, json_file: Callable[..., Path]
) -> None:
    outcome = books.load(table, json_file([{"id": "x_1", "object": noun, "deleted": True}]))

    assert books.rows(table) == []
    assert counts(outcome) == (1, 0, 0, 0, 1)


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        ("_fivetran_deleted", "true"),
        ("_sdc_deleted_at", "2025-02-01 00:00:00"),
        ("_ab_cdc_deleted_at", "2025-02-01T00:00:00Z"),
        ("__deleted", "t"),
        ("__op", "d"),
    ],
)
def test_a_row_that_a_connector_marks_leaves_what_is_known(
    books: Books, csv_file: Callable[..., Path], column: str, mark: str
) -> None:
    books.load("customers", csv_file([{**ADA, column: ""}]))

    outcome = books.load("customers", csv_file([{**ADA, "name": "", column: mark}]))

    assert books.rows("customers", "id, name") == [("cus_1", "Ada")]
    assert counts(outcome) == (1, 0, 0, 0, 1)


def test_a_deleted_row_that_was_not_known_is_kept_when_it_is_whole(books: Books, csv_file: Callable[..., Path]) -> None:
    outcome = books.load("customers", csv_file([{**ADA, "_fivetran_deleted": "true"}]))

    assert books.rows("customers", "id, name") == [("cus_1", "Ada")]
    assert counts(outcome) == (1, 1, 0, 0, 0)


def test_a_row_that_is_not_deleted_is_still_checked(books: Books, csv_file: Callable[..., Path]) -> None:
    with pytest.raises(LedgerRefused, match=r"row 2, column amount: is empty"):
        books.load("charges", csv_file([{**CHARGE, "deleted": "true"}, {**CHARGE, "amount": "", "deleted": "false"}]))


def test_a_link_that_is_marked_deleted_no_longer_links(books: Books, csv_file: Callable[..., Path]) -> None:
    links = [{"payout_id": "po_1", "balance_transaction_id": f"txn_{n}", "_fivetran_deleted": "f"} for n in (1, 2)]
    books.load("payout_balance_transactions", csv_file(links))
    links[0]["_fivetran_deleted"] = "t"

    outcome = books.load("payout_balance_transactions", csv_file(links))

    assert books.rows("payout_balance_transactions", "payout_id, balance_transaction_id") == [("po_1", "txn_2")]
    assert counts(outcome) == (2, 0, 1, 1, 0)


def test_a_link_that_was_never_known_is_not_made_by_its_deletion(books: Books, csv_file: Callable[..., Path]) -> None:
    link = {"payout_id": "po_1", "balance_transaction_id": "txn_1", "_fivetran_deleted": "true"}

    outcome = books.load("payout_balance_transactions", csv_file([link]))

    assert books.rows("payout_balance_transactions") == []
    assert counts(outcome) == (1, 0, 0, 0, 1)
