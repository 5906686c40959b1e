"""The same rows come out of CSV, Parquet and API objects, however they are written down."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import LedgerRefused
from interfaces.ledger.sources.packed_files import zstd
from tests.ledger.conftest import Books

CHARGE = {
    "id": "ch_1",
    "object": "charge",
    "amount": 1250,
    "amount_refunded": 0,
    "currency": "usd",
    "created": 1735689600,
    "captured": True,
    "customer": "cus_1",
    "payment_intent": "pi_1",
    "balance_transaction": "txn_1",
    "description": "Caffè, \"doppio\"\nto go",
    "payment_method": "pm_1",
    "payment_method_details": {"type": "card", "card": {"brand": "visa", "funding": "credit", "country": "US"}},
    "billing_details": {"address": {"line1": "1 Mill Lane", "postal_code": "01099"}},
    "shipping": {"name": "Ada", "address": {"line1": "2 Mill Lane", "line2": "", "city": "Dresden"}},
    "metadata": {"order_id": "6735", "note": "a \"b\""},
}  # fmt: skip

KEPT = (
    "account, id, amount, currency, created, captured, refunded, customer_id, payment_intent_id, "
    "balance_transaction_id, description, payment_method_type, card_brand, billing_address_postal_code, "
    "shipping_address_line1, shipping_address_line2, metadata"
)

ROW = (
    "acct_platform", "ch_1", "1250", "usd", "2025-01-01 00:00:00+00", "true", None, "cus_1", "pi_1", "txn_1",
    "Caffè, \"doppio\"\nto go", "card", "visa", "01099", "2 Mill Lane", "",
    '{"order_id":"6735","note":"a \\"b\\""}',
)  # fmt: skip


def test_api_objects_are_read_nested_as_they_are(books: Books, json_file: Callable[..., Path]) -> None:
    books.load("charges", json_file([CHARGE]))

    assert books.rows("charges", KEPT) == [ROW]


def test_expanded_references_are_read_as_their_ids(books: Books, json_file: Callable[..., Path]) -> None:
    expanded = {
        **CHARGE,
        "customer": {"id": "cus_1", "object": "customer", "name": "Ada"},
        "payment_intent": {"id": "pi_1", "object": "payment_intent", "customer": "cus_1"},
        "balance_transaction": {"id": "txn_1", "object": "balance_transaction"},
    }

    books.load("charges", json_file([expanded]))

    assert books.rows("charges", KEPT) == [ROW]


def test_a_connector_writes_the_same_rows_in_columns_of_its_own(books: Books, csv_file: Callable[..., Path]) -> None:
    row = {
        "id": "ch_1",
        "_fivetran_synced": "2025-02-01 00:00:00",
        "amount": 1250,
        "currency": "USD",
        "created": "2025-01-01 00:00:00.000000 UTC",
        "captured": "TRUE",
        "customer_id": "cus_1",
        "payment_intent_id": "pi_1",
        "balance_transaction_id": "txn_1",
        "description": CHARGE["description"],
        "payment_method_details_type": "card",
        "card_brand": "visa",
        "billing_details_address_postal_code": "01099",
        "shipping_address_line_1": "2 Mill Lane",
        "shipping_address_line_2": "",
        "metadata": json.dumps(CHARGE["metadata"]),
        "outcome_risk_score": 7,
    }

    books.load("charges", csv_file([row]))

    assert books.rows("charges", KEPT) == [tuple(value if value != "" else None for value in ROW)]


def test_parquet_gives_the_same_rows_as_the_csv_it_was_made_of(
    books: Books,
    csv_file: Callable[..., Path],
    parquet_file: Callable[..., Path],
    transaction: Callable[..., dict[str, object]],
) -> None:
    rows = [transaction(id=f"txn_{n}", created=1735689600 + n * 86400) for n in range(60)]
    from_csv = csv_file(rows)
    books.load("balance_transactions", from_csv)

    typed = f"""
        select * replace (
            make_timestamp(created * 1000000) as created, cast(available_on as double) as available_on,
            cast(amount as double) as amount, cast(fee as decimal(9, 2)) as fee, cast(net as integer) as net
        )
        from read_csv('{from_csv}')"""
    outcome = books.load("balance_transactions", parquet_file(typed))

    assert outcome.files[0].unchanged == 60


def test_a_float_of_parquet_that_is_not_whole_is_refused(books: Books, parquet_file: Callable[..., Path]) -> None:
    select = """
        select 'cus_1' as id, 1735689600 as created
        union all select 'cus_2', 1735689600"""
    books.load("customers", parquet_file(select))
    bad = "select 're_1' as id, 12.5::double as amount, 'usd' as currency, 1735689600 as created"

    with pytest.raises(LedgerRefused, match=r"row 1, column amount: '12\.5' is not a whole number"):
        books.load("refunds", parquet_file(bad, "refunds.parquet"))


@pytest.mark.parametrize("type", ["decimal(38, 0)", "decimal(20, 2)", "bigint", "ubigint"])
def test_a_whole_number_of_parquet_is_exact_though_no_float_could_hold_it(
    books: Books, parquet_file: Callable[..., Path], type: str
) -> None:
    select = f"select 're_1' as id, 9007199254740993::{type} as amount, 'usd' as currency, 1735689600 as created"

    books.load("refunds", parquet_file(select))

    assert books.rows("refunds", "amount") == [("9007199254740993",)]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (
            "12.5::decimal(9, 1)",
            "'12.5' is not a whole number. Amounts count the currency's smallest unit: 1250 for 12.50 usd.",
        ),
        (
            "9007199254740994::double",
            "'9007199254740994.0' is too large to be exact in floating point. Give it as an integer.",
        ),
        (
            "1e20::double",
            "'1e+20' is too large: whole numbers lie between -9223372036854775808 and 9223372036854775807 (64 bits).",
        ),
        (
            "9223372036854775808::decimal(38, 2)",
            "'9223372036854775808.00' is too large: whole numbers lie between -9223372036854775808 and "
            "9223372036854775807 (64 bits).",
        ),
    ],
)
def test_a_number_of_parquet_that_cannot_be_kept_is_explained(
    books: Books, parquet_file: Callable[..., Path], value: str, problem: str
) -> None:
    select = f"select 're_1' as id, {value} as amount, 'usd' as currency, 1735689600 as created"

    with pytest.raises(LedgerRefused) as refused:
        books.load("refunds", parquet_file(select))

    assert str(refused.value) == f"rows.parquet, row 1, column amount: {problem}"


def test_metadata_of_parquet_may_be_a_map_or_a_struct(books: Books, parquet_file: Callable[..., Path]) -> None:
    one = "select 'cus_1' as id, 1 as created, map {'tier': 'gold'} as metadata"
    other = "select 'cus_2' as id, 1 as created, {'tier': 'gold'} as metadata"

    books.load("customers", parquet_file(one, "one.parquet"), parquet_file(other, "other.parquet"))

    assert books.rows("customers", "id, metadata") == [("cus_1", '{"tier":"gold"}'), ("cus_2", '{"tier":"gold"}')]


def test_a_time_may_be_written_in_many_ways(books: Books, csv_file: Callable[..., Path]) -> None:
    ways = [
        "1735776000",
        "2025-01-02",
        "2025-01-02 00:00",
        "2025-01-02 00:00:00",
        "2025-01-02 00:00:00.999999",
        "2025-01-02T00:00:00Z",
        "2025-01-02 00:00:00.999999 UTC",
        "2025-01-02T02:00:00+02:00",
        "2025-01-02 02:00:00 +0200",
        "2025-01-01 19:00:00-05",
        "2025-01-02 14:00:00+14:00",
        "2025-01-01 12:00:00 -1200",
    ]

    books.load("customers", csv_file([{"id": f"cus_{n}", "created": way} for n, way in enumerate(ways)]))

    assert books.rows("customers", "created") == [("2025-01-02 00:00:00+00",)] * len(ways)


@pytest.mark.parametrize(
    "lines",
    [
        "{0}\n{1}\n{2}\n",
        "\ufeff{0}\r\n{1}\r\n{2}\r\n",
        "\ufeff{0}\n{1}\r\n{2}",
        "\r\n{0}\r\n{1}\n\n{2}\r\n\r\n",
        "\n\n{0}\n{1}\n{2}",
    ],
)
def test_a_csv_is_read_with_any_line_ends_and_byte_order_mark(
    books: Books, text_file: Callable[..., Path], lines: str
) -> None:
    text = lines.format("id,created,name", 'cus_1,1,"two\r\nlines"', "cus_2,2,one line")

    books.load("customers", text_file(text))

    assert books.rows("customers", "id, name") == [("cus_1", "two\r\nlines"), ("cus_2", "one line")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["alike", "mixed"])
@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("cus_3,3", "The row has 2 cells, but the header has 3."),
        ("cus_3,3,a,b", "The row has 4 cells, but the header has 3."),
        ('cus_3,3,"a"b', "The row is not proper CSV: ',' expected after '\"'."),
        ('cus_3,3,"a', "The row is not proper CSV: unexpected end of data."),
    ],
)
def test_a_row_that_does_not_fit_the_header_is_named(
    books: Books, text_file: Callable[..., Path], bad: str, problem: str, line_end: str
) -> None:
    text = f'id,created,name\ncus_1,1,"two\nlines"{line_end}cus_2,2,x\n{bad}\ncus_4,4,x\n'

    with pytest.raises(LedgerRefused) as refused:
        books.load("customers", text_file(text))

    assert str(refused.value) == f"rows.csv, row 3: {problem}"


def test_a_row_that_is_not_utf8_is_named(books: Books, text_file: Callable[..., Path]) -> None:
    text = b"id,created,name\n" + b"cus_1,1,x\n" + "cus_2,2,Müller\n".encode("latin-1")

    with pytest.raises(LedgerRefused, match=r"rows\.csv, row 2: This is not UTF-8 text\."):
        books.load("customers", text_file(text))


def test_an_empty_csv_is_refused(books: Books, text_file: Callable[..., Path]) -> None:
    with pytest.raises(LedgerRefused, match=r"rows\.csv: The file is empty"):
        books.load("customers", text_file(""))


def test_a_csv_that_is_not_utf8_at_all_is_refused(books: Books, text_file: Callable[..., Path]) -> None:
    with pytest.raises(LedgerRefused, match=r"rows\.csv: This is not UTF-8 text\."):
        books.load("customers", text_file("id,created\ncus_1,1\n".encode("utf-16")))


def test_a_value_with_other_separators_is_no_csv(books: Books, text_file: Callable[..., Path]) -> None:
    with pytest.raises(
        LedgerRefused, match=r"^rows\.csv, column id: The file has no column id.* It has: id\|created\."
    ):
        books.load("customers", text_file("id|created\ncus_1|1\n"))


@pytest.mark.parametrize(
    "answer",
    [
        '{"object": "list", "data": [\n{"id": "cus_1", "created": 1},\n{"id": "cus_2", "created": 2}]}',
        '[{"id": "cus_1", "created": 1}, {"id": "cus_2", "created": 2}]',
        '[\n{"id": "cus_1", "created": 1},\n{"id": "cus_2", "created": 2}\n]\n',
        '{"id": "cus_1", "created": 1}\n{"id": "cus_2", "created": 2}\n',
    ],
)
def test_a_whole_answer_of_the_api_is_taken_apart(books: Books, text_file: Callable[..., Path], answer: str) -> None:
    books.load("customers", text_file(answer, "customers.json"))

    assert books.rows("customers", "id") == [("cus_1",), ("cus_2",)]


def test_one_object_on_many_lines_is_read(books: Books, text_file: Callable[..., Path]) -> None:
    books.load("customers", text_file('{\n  "id": "cus_1",\n  "created": 1\n}\n', "customer.json"))

    assert books.rows("customers", "id") == [("cus_1",)]


def test_packed_files_are_unpacked(books: Books, text_file: Callable[..., Path]) -> None:
    books.load("customers", text_file(gzip.compress(b"id,created\ncus_1,1\r\ncus_2,2\n"), "a.csv.gz"))
    books.load("customers", text_file(gzip.compress(b'{"id":"cus_3","created":3}\n'), "a.jsonl.gz"))

    assert books.rows("customers", "id") == [("cus_1",), ("cus_2",), ("cus_3",)]


@pytest.mark.parametrize("name", ["customers.csv.zst", "CUSTOMERS.CSV.ZST"])
def test_zst_files_are_unpacked(books: Books, text_file: Callable[..., Path], name: str) -> None:
    frames = zstd.compress(b"id,created\ncus_1,1\n") + zstd.compress(b"cus_2,2\n")

    books.load("customers", text_file(frames, name))
    books.load("customers", text_file(zstd.compress(b'{"id":"cus_3","created":3}\n'), "a.jsonl.zst"))

    assert books.rows("customers", "id") == [("cus_1",), ("cus_2",), ("cus_3",)]


@pytest.mark.parametrize("contents", [zstd.compress(b"id,created\ncus_1,1\n")[:-3], b"id,created\ncus_1,1\n", b""])
def test_a_damaged_zst_is_refused(books: Books, text_file: Callable[..., Path], contents: bytes) -> None:
    with pytest.raises(LedgerRefused, match=r"^a\.csv\.zst: The file ends in \.zst but cannot be unpacked: "):
        books.load("customers", text_file(contents, "a.csv.zst"))


def test_a_file_that_is_only_called_gz_is_refused(books: Books, text_file: Callable[..., Path]) -> None:
    with pytest.raises(LedgerRefused, match="cannot be unpacked"):
        books.load("customers", text_file("id,created\ncus_1,1\n", "a.csv.gz"))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"id": "cus_2", ', 'row 2: \'{"id": "cus_2", \' is not a JSON object on one line.'),
        ("[1, 2]", "row 2: '[1, 2]' is not a JSON object on one line."),
        (
            '{"id": "ch_1", "object": "charge", "created": 1}',
            "row 2, column object: 'charge' objects are not what customers holds: it holds customer objects.",
        ),
        (
            '{"created": 2, "object": "customer"}',
            "row 2, column id: is empty, but every row of customers needs it.",
        ),
        (
            '{"id": "cus_2", "created": "soon"}',
            "row 2, column created: 'soon' is not a time from 1970-01-01 through 9999-12-30. "
            "Give Unix seconds (1735689600) or UTC (2025-01-01 00:00:00).",
        ),
    ],
)
def test_a_line_that_is_no_object_of_the_table_is_named(
    books: Books, text_file: Callable[..., Path], line: str, problem: str
) -> None:
    text = f'{{"id": "cus_1", "object": "customer", "created": 1}}\r\n\r\n{line}\n'

    with pytest.raises(LedgerRefused) as refused:
        books.load("customers", text_file(text, "rows.ndjson"))

    assert str(refused.value) == f"rows.ndjson, {problem}"


def test_cards_of_payment_methods_are_read_from_the_payment_methods(
    books: Books, json_file: Callable[..., Path]
) -> None:
    card = {"brand": "visa", "funding": "debit", "country": "FR", "wallet": {"type": "link"}}

    books.load("payment_method_cards", json_file([{"id": "pm_1", "object": "payment_method", "card": card}]))

    assert books.rows("payment_method_cards") == [("acct_platform", "pm_1", "visa", "debit", "FR", "link")]


def test_a_category_is_kept_where_it_is_said_and_derived_where_it_is_not(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    rows = [
        transaction(id="txn_1", type="adjustment", reporting_category="dispute"),
        transaction(id="txn_2", type="payment_refund", reporting_category=""),
        transaction(id="txn_3", type="a_new_type", reporting_category=""),
    ]

    books.load("balance_transactions", csv_file(rows))

    assert books.rows("balance_transactions", "id, reporting_category") == [
        ("txn_1", "dispute"),
        ("txn_2", "refund"),
        ("txn_3", "a_new_type"),
    ]


@pytest.mark.parametrize("column", ["destination_bank_account_id", "destination_card_id", "destination"])
def test_the_destination_of_a_payout_has_several_names(
    books: Books, csv_file: Callable[..., Path], column: str
) -> None:
    payout = {"id": "po_1", "amount": 1, "currency": "usd", "created": 1, "arrival_date": 86400, "status": "paid"}

    books.load("payouts", csv_file([{**payout, "automatic": "f", column: "ba_1"}]))

    assert books.rows("payouts", "destination_id, automatic") == [("ba_1", "false")]


def test_metadata_that_a_connector_wrapped_in_quotes_is_unwrapped(books: Books, csv_file: Callable[..., Path]) -> None:
    rows = [
        {"id": "cus_1", "created": 1, "metadata": '"{"a":"b"}"'},
        {"id": "cus_2", "created": 1, "metadata": '"{\\"a\\":\\"b\\"}"'},
        {"id": "cus_3", "created": 1, "metadata": "{}"},
    ]

    books.load("customers", csv_file(rows))

    assert books.rows("customers", "id, metadata") == [("cus_1", '{"a":"b"}'), ("cus_2", '{"a":"b"}'), ("cus_3", None)]


SPACED = {"id": " txn_1 ", "source": "ch_1 ", "payout_id": " po_1", "trace_id": "  ", "description": " Order 1 "}

TRIMMED = ("txn_1", "ch_1", "po_1", None, " Order 1 ")


def test_spaces_around_ids_are_no_part_of_them_and_those_of_other_texts_are(
    books: Books,
    csv_file: Callable[..., Path],
    json_file: Callable[..., Path],
    parquet_file: Callable[..., Path],
    transaction: Callable[..., dict[str, object]],
) -> None:
    row = transaction(**SPACED)
    books.load("balance_transactions", csv_file([row]))
    from_json = books.load("balance_transactions", json_file([row]))
    cells = ", ".join(f"'{value}' as {name}" for name, value in row.items())
    from_parquet = books.load("balance_transactions", parquet_file(f"select {cells}"))

    assert books.rows("balance_transactions", "id, source, payout_id, trace_id, description") == [TRIMMED]
    assert [outcome.files[0].unchanged for outcome in (from_json, from_parquet)] == [1, 1]


def test_an_id_that_differs_in_spaces_alone_is_repeated(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    with pytest.raises(LedgerRefused, match="row 2, column id: 'txn_1' is already in row 1"):
        books.load("balance_transactions", csv_file([transaction(), transaction(id="txn_1 ", source="ch_2")]))


def test_the_row_that_holds_now_is_taken_from_a_history(books: Books, csv_file: Callable[..., Path]) -> None:
    rows = [
        {"id": "sub_1", "_fivetran_active": "false", "status": "trialing"},
        {"id": "sub_1", "_fivetran_active": "true", "status": "active"},
        {"id": "sub_2", "_fivetran_active": "false", "status": "canceled"},
    ]

    outcome = books.load("subscriptions", csv_file(rows, "subscription_history.csv"))

    assert outcome.files[0].rows == 2
    assert books.rows("subscriptions", "id, status") == [("sub_1", "active"), ("sub_2", "canceled")]


@pytest.mark.parametrize(("written", "kept"), [("1.0937", "1.0937"), ("1.9e-05", "0.000019"), ("", None)])
def test_an_exchange_rate_is_kept_as_a_decimal(
    books: Books,
    csv_file: Callable[..., Path],
    transaction: Callable[..., dict[str, object]],
    written: str,
    kept: str | None,
) -> None:
    books.load("balance_transactions", csv_file([transaction(exchange_rate=written)]))

    assert books.rows("balance_transactions", "exchange_rate") == [(kept,)]
