"""Nested values are read in every encoding that connectors and databases give them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.conftest import Books

PLAIN = {"id": "ch_1", "amount": 1250, "currency": "usd", "created": 1735689600}

CARD = {"brand": "visa", "funding": "debit", "country": "FR", "wallet": {"type": "link"}}

NESTED: dict[str, Any] = {
    "balance_transaction": {"id": "txn_1", "object": "balance_transaction"},
    "customer": {"id": "cus_1", "object": "customer"},
    "payment_method_details": {"type": "card", "card": CARD},
    "shipping": {"name": "Ada", "address": {"line1": "2 Mill Lane", "city": "Lille"}},
    "metadata": {"order_id": "K-77", "Zone": "north"},
}

COLUMNS = (
    "id, balance_transaction_id, customer_id, payment_method_type, card_brand, wallet_type, shipping_name, "
    "shipping_address_line1, shipping_address_city, "
    "metadata ->> '$.order_id' as order_id, metadata ->> '$.Zone' as zone"
)

ROW = ("ch_1", "txn_1", "cus_1", "card", "visa", "link", "Ada", "2 Mill Lane", "Lille", "K-77", "north")


def flattened(value: dict[str, Any], separator: str, prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, inner in value.items():
        if isinstance(inner, dict):
            flat |= flattened(inner, separator, f"{prefix}{key}{separator}")
        else:
            flat[prefix + key] = inner
    return flat


JSON_CELLS = {key: json.dumps(value) for key, value in NESTED.items()}
PAIRS = json.dumps([{"key": key, "value": value} for key, value in NESTED["metadata"].items()])


@pytest.mark.parametrize(
    "nested",
    [
        flattened(NESTED, "."),
        flattened(NESTED, "__"),
        flattened(NESTED, "_"),
        JSON_CELLS,
        {**JSON_CELLS, "metadata": PAIRS},
        {**flattened(NESTED, "__"), "payment_method_details__card": json.dumps(CARD)},
    ],
    ids=["dots", "two underscores", "one underscore", "JSON", "key and value", "partly"],
)
def test_csv_and_json_lines_and_parquet_give_the_same_row_in_every_encoding(
    books: Books,
    csv_file: Callable[..., Path],
    json_file: Callable[..., Path],
    parquet_file: Callable[..., Path],
    nested: dict[str, str],
) -> None:
    row = {**PLAIN, **nested}
    if "payment_method_details__card" in row:
        row = {key: value for key, value in row.items() if not key.startswith("payment_method_details__card__")}
    from_csv = csv_file([row])
    books.load("charges", from_csv)
    as_json = books.load("charges", json_file([row]))
    as_parquet = books.load("charges", parquet_file(f"select * from read_csv('{from_csv}', all_varchar = true)"))

    assert books.rows("charges", COLUMNS) == [ROW]
    assert [outcome.files[0].unchanged for outcome in (as_json, as_parquet)] == [1, 1]


def test_structs_lists_and_maps_of_parquet_are_looked_into(books: Books, parquet_file: Callable[..., Path]) -> None:
    plain = "'ch_1' as id, 1250 as amount, 'usd' as currency, 1735689600 as created"
    nested = """
        {'id': 'txn_1', 'object': 'balance_transaction'} as balance_transaction,
        {'id': 'cus_1'} as customer,
        {'type': 'card', 'card': {'brand': 'visa', 'wallet': {'type': 'link'}}} as payment_method_details,
        {'name': 'Ada', 'address': {'line1': '2 Mill Lane', 'city': 'Lille'}} as shipping"""
    metadata = {
        "map": "map {'order_id': 'K-77', 'Zone': 'north'}",
        "struct": "{'order_id': 'K-77', 'Zone': 'north'}",
        "records": "[{'key': 'order_id', 'value': 'K-77'}, {'key': 'Zone', 'value': 'north'}]",
    }

    for name, value in metadata.items():
        books.load("charges", parquet_file(f"select {plain}, {nested}, {value} as metadata", f"{name}.parquet"))

        assert books.rows("charges", COLUMNS) == [ROW]


def test_a_list_of_parquet_is_looked_into(books: Books, parquet_file: Callable[..., Path]) -> None:
    dispute = """
        select 'dp_1' as id, 1 as amount, 'usd' as currency, 1735689600 as created,
            [{'id': 'txn_1'}, {'id': 'txn_2'}] as balance_transactions"""

    books.load("disputes", parquet_file(dispute))

    assert books.rows("disputes", "balance_transaction_id") == [("txn_1",)]


def test_keys_that_only_other_rows_of_a_struct_have_are_no_metadata(
    books: Books, parquet_file: Callable[..., Path]
) -> None:
    rows = """
        select 'cus_1' as id, 1 as created, {'tier': 'gold', 'vat': null} as metadata
        union all select 'cus_2', 1, {'tier': null, 'vat': null}"""

    books.load("customers", parquet_file(rows))

    assert books.rows("customers", "id, metadata") == [("cus_1", '{"tier":"gold"}'), ("cus_2", None)]


def test_json_written_as_a_text_of_an_api_object_is_looked_into(books: Books, json_file: Callable[..., Path]) -> None:
    books.load("charges", json_file([{**PLAIN, **JSON_CELLS}]))

    assert books.rows("charges", COLUMNS) == [ROW]


def test_a_text_that_looks_like_json_stays_a_text(books: Books, csv_file: Callable[..., Path]) -> None:
    rows = [{"id": "cus_1", "created": 1, "name": '{"id": "x"}', "description": "[1"}]

    books.load("customers", csv_file(rows))

    assert books.rows("customers", "name, description") == [('{"id": "x"}', "[1")]


@pytest.mark.parametrize("payout", ["po_1", {"id": "po_1", "object": "payout"}])
def test_balance_transactions_that_name_their_payout_are_its_links(
    books: Books,
    json_file: Callable[..., Path],
    transaction: Callable[..., dict[str, object]],
    payout: dict[str, str] | str,
) -> None:
    settled = transaction(object="balance_transaction", payout=payout)

    books.load("payout_balance_transactions", json_file([settled]))

    assert books.rows("payout_balance_transactions", "payout_id, balance_transaction_id") == [("po_1", "txn_1")]


def test_of_a_key_that_a_list_of_records_repeats_the_last_value_counts(
    books: Books, csv_file: Callable[..., Path], parquet_file: Callable[..., Path]
) -> None:
    records = [{"key": "tier", "value": "tin"}, {"key": "zone", "value": None}, {"key": "tier", "value": "gold"}]
    typed = "[{'key': 'tier', 'value': 'tin'}, {'key': 'tier', 'value': 'gold'}]"

    books.load("customers", csv_file([{"id": "cus_1", "created": 1, "metadata": json.dumps(records)}]))
    books.load("customers", parquet_file(f"select 'cus_2' as id, 1 as created, {typed} as metadata"))

    assert books.rows("customers", "metadata") == [('{"tier":"gold"}',)] * 2


@pytest.mark.parametrize("records", [[], [{"key": "tier", "value": None}]])
def test_a_list_of_records_without_values_is_no_metadata(
    books: Books, csv_file: Callable[..., Path], records: list[dict[str, object]]
) -> None:
    books.load("customers", csv_file([{"id": "cus_1", "created": 1, "metadata": json.dumps(records)}]))

    assert books.rows("customers", "metadata") == [(None,)]


def test_the_time_of_capture_that_no_report_needs_is_named_as_unread(
    books: Books, csv_file: Callable[..., Path]
) -> None:
    outcome = books.load("charges", csv_file([{**PLAIN, "captured_at": 1735689600}]))

    assert outcome.files[0].unread == ("captured_at",)
