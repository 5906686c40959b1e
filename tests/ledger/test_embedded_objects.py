"""An object that is written out where a reference belongs is used when its own table lacks it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from application.ports.ledger import LedgerSource
from tests.ledger.conftest import Books

CARD = {"id": "card_1", "object": "card", "brand": "visa", "funding": "debit", "country": "FR", "last4": "4242"}

CHARGE: dict[str, object] = {
    "id": "ch_1", "object": "charge", "amount": 1000, "currency": "usd", "created": 1735689600,
    "description": "Order 1", "customer": "cus_1", "metadata": {"order_id": "K-1"},
}  # fmt: skip

Transaction = Callable[..., dict[str, object]]


def test_an_expanded_source_is_a_row_of_its_own_table(
    books: Books, json_file: Callable[..., Path], transaction: Transaction
) -> None:
    payout = {"id": "po_1", "object": "payout", "amount": 941, "currency": "usd", "created": 1735689600,
              "arrival_date": 1735776000, "automatic": True, "status": "paid"}  # fmt: skip
    rows = [
        transaction(source=CHARGE, object="balance_transaction", payout="po_1"),
        transaction(id="txn_2", type="payout", amount=-941, fee=0, net=-941, source=payout),
        transaction(id="txn_3", source="ch_3"),
    ]

    outcome = books.load("balance_transactions", json_file(rows))

    assert books.rows("balance_transactions", "id, source") == [("txn_1", "ch_1"), ("txn_2", "po_1"), ("txn_3", "ch_3")]
    assert books.rows("charges", "id, amount, customer_id, metadata") == [
        ("ch_1", "1000", "cus_1", '{"order_id":"K-1"}')
    ]
    assert books.rows("payouts", "id, arrival_date, automatic") == [("po_1", "2025-01-02 00:00:00+00", "true")]
    assert [(file.table, file.rows) for file in outcome.files] == [
        ("balance_transactions", 3), ("charges", 1), ("payouts", 1),
    ]  # fmt: skip
    assert outcome.files[0].unread == ()


def test_the_card_of_an_old_charge_is_a_row_of_cards(books: Books, json_file: Callable[..., Path]) -> None:
    books.load("charges", json_file([{**CHARGE, "source": CARD}, {**CHARGE, "id": "ch_2", "source": None}]))

    assert books.rows("charges", "id, card_id") == [("ch_1", "card_1"), ("ch_2", None)]
    assert books.rows("cards", "id, brand, country") == [("card_1", "visa", "FR")]


def test_what_a_table_has_is_not_replaced_by_an_expanded_object(
    books: Books, json_file: Callable[..., Path], transaction: Transaction
) -> None:
    stored = {**CHARGE, "id": "ch_2", "description": "stored"}
    books.load("charges", json_file([stored], "stored.jsonl"))
    expanded = [
        transaction(id=f"txn_{n}", source={**CHARGE, "id": f"ch_{n}", "description": "expanded"}) for n in (1, 2, 3)
    ]

    books.load_all(
        [
            LedgerSource("balance_transactions", json_file(expanded)),
            LedgerSource("charges", json_file([{**CHARGE, "description": "loaded"}], "charges.jsonl")),
        ]
    )

    assert books.rows("charges", "id, description") == [("ch_1", "loaded"), ("ch_2", "stored"), ("ch_3", "expanded")]


def test_a_struct_of_parquet_is_a_row_of_its_own_table(
    books: Books, json_file: Callable[..., Path], tmp_path: Path, transaction: Transaction
) -> None:
    lines, path = json_file([transaction(source=CHARGE)]), tmp_path / "rows.parquet"
    duckdb.execute(f"copy (from read_json('{lines}')) to '{path}' (format parquet)")

    books.load("balance_transactions", path)

    assert books.rows("charges", "id, description") == [("ch_1", "Order 1")]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json"])
def test_an_expanded_object_that_was_deleted_is_no_row(books: Books, json_file: Callable[..., Path], name: str) -> None:
    customer = {"id": "cus_1", "object": "customer", "deleted": True}

    outcome = books.load("charges", json_file([{**CHARGE, "customer": customer}], name))

    assert books.rows("customers") == []
    assert books.rows("charges", "customer_id") == [("cus_1",)]
    assert [file.deleted for file in outcome.files] == [0]


def test_an_expanded_object_in_two_rows_is_one_row(
    books: Books, json_file: Callable[..., Path], transaction: Transaction
) -> None:
    rows = [transaction(id=f"txn_{n}", source=CHARGE) for n in (1, 2)]

    books.load("balance_transactions", json_file(rows))
    again = books.load("balance_transactions", json_file(rows))

    assert books.rows("charges", "id") == [("ch_1",)]
    assert [(file.table, file.unchanged) for file in again.files] == [("balance_transactions", 2)]


EXPANDED = '{"id": "ch_1", "object": "charge", "amount": 1000, "currency": "usd", "created": 1735689600}'


@pytest.mark.parametrize("encoding", ["csv", "parquet", "raw", "text of JSON"])
def test_json_in_a_cell_is_a_row_of_its_own_table(
    books: Books,
    csv_file: Callable[..., Path],
    json_file: Callable[..., Path],
    parquet_file: Callable[..., Path],
    transaction: Transaction,
    encoding: str,
) -> None:
    row, other = transaction(source=EXPANDED), transaction(id="txn_2", source="{not JSON")
    if encoding == "csv":
        path = csv_file([row, other])
    elif encoding == "raw":
        path = csv_file([{"_airbyte_data": json.dumps(row | {"source": json.loads(EXPANDED)})}])
    elif encoding == "text of JSON":
        path = json_file([row])
    else:
        path = parquet_file(f"from read_csv('{csv_file([row, other])}', all_varchar = true)")

    books.load("balance_transactions", path)

    assert books.rows("balance_transactions", "id, source")[0] == ("txn_1", "ch_1")
    assert books.rows("charges", "id, amount, created") == [("ch_1", "1000", "2025-01-01 00:00:00+00")]


@pytest.mark.parametrize("name", ["source", "card"])
def test_the_card_in_a_cell_of_an_old_charge_is_a_row_of_cards(
    books: Books, csv_file: Callable[..., Path], name: str
) -> None:
    charge = {"id": "ch_1", "amount": 1000, "currency": "usd", name: json.dumps(CARD)}

    books.load("charges", csv_file([charge]))

    assert books.rows("charges", "id, card_id") == [("ch_1", "card_1")]
    assert books.rows("cards", "id, brand, country") == [("card_1", "visa", "FR")]


@pytest.mark.parametrize(("table", "name", "kind"), [
    ("payment_intents", "latest_charge", "charge"),
    ("charges", "dispute", "dispute"),
    ("charges", "transfer", "transfer"),
])  # fmt: skip
def test_every_reference_to_a_table_may_be_written_out(
    books: Books, json_file: Callable[..., Path], table: str, name: str, kind: str
) -> None:
    expanded = {"id": "x_1", "object": kind, "amount": 5, "currency": "usd", "created": 1735689600}

    books.load(table, json_file([{"id": "y_1", "amount": 1000, "currency": "usd", name: expanded}]))

    assert books.rows(f"{kind}s", "id, amount") == [("x_1", "5")]
