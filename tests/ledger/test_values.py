"""Values come out the same however programs write them, and a missing one is told apart from an empty text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import LedgerRefused
from tests.ledger.conftest import Books

MARCH = ("2025-03-05 00:00:00+00",)


@pytest.mark.parametrize("cell", ["", "\\N", "NULL", "null", "NaN"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["alike", "mixed"])
def test_a_cell_without_quotes_that_means_null_is_no_value(
    books: Books, text_file: Callable[..., Path], cell: str, line_end: str
) -> None:
    text = f'id,created,name,phone,metadata\ncus_1,1,{cell},"two\nlines",{cell}{line_end}cus_2,2,x,y,\n'

    books.load("customers", text_file(text))

    assert books.rows("customers", "name, phone, metadata")[1] == (None, "two\nlines", None)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["alike", "mixed"])
def test_quoted_cells_of_text_are_texts(books: Books, text_file: Callable[..., Path], line_end: str) -> None:
    text = f'id,created,name,phone,email\ncus_1,1,"","NULL","a, ""b"""{line_end}cus_2,2,"""","\\N",","\n'

    books.load("customers", text_file(text))

    assert books.rows("customers", "name, phone, email") == [("", "NULL", 'a, "b"'), ('"', "\\N", ",")]


@pytest.mark.parametrize("cell", ["NULL", "NaN", "\\N", "null", ""])
def test_quoted_cells_that_mean_null_are_no_value_where_no_text_belongs(
    books: Books, text_file: Callable[..., Path], cell: str
) -> None:
    header = "id,created,currency,amount_due,charge_id,status,metadata"

    books.load("invoices", text_file(f'{header}\n"in_1"{f",{chr(34)}{cell}{chr(34)}" * 6}\n'))

    assert books.rows("invoices", header) == [("in_1", *[None] * 6)]


def test_empty_texts_of_json_and_parquet_are_texts(
    books: Books, json_file: Callable[..., Path], parquet_file: Callable[..., Path]
) -> None:
    books.load("customers", json_file([{"id": "cus_1", "created": 1, "name": "", "phone": None}]))
    books.load("customers", parquet_file("select 'cus_2' as id, 1 as created, '' as name, null::varchar as phone"))

    assert books.rows("customers", "name, phone") == [("", None), ("", None)]


def test_an_empty_text_counts_only_where_no_other_name_has_a_value(
    books: Books, json_file: Callable[..., Path]
) -> None:
    rows: list[dict[str, object]] = [
        {"id": "cus_1", "created": 1, "address_line1": "", "address": {"line1": "1 Mill Lane"}},
        {"id": "cus_2", "created": 1, "address_line1": "", "address": {"line1": None}},
    ]

    books.load("customers", json_file(rows))

    assert books.rows("customers", "address_line1") == [("",), ("1 Mill Lane",)]


def test_nan_is_no_value_in_json_and_parquet(
    books: Books, text_file: Callable[..., Path], parquet_file: Callable[..., Path]
) -> None:
    books.load("invoices", text_file('{"id": "in_1", "created": NaN, "number": NaN, "total": NaN}\n', "a.jsonl"))
    books.load("invoices", parquet_file("select 'in_2' as id, 'nan'::float as created, 'nan'::double as number"))

    assert books.rows("invoices", "created, number, total") == [(None, None, None)] * 2


@pytest.mark.parametrize("amount", ["1000", "1000.0", "+1000", " 1000 ", "01000"])
def test_a_whole_number_may_be_printed_as_a_float(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]], amount: str
) -> None:
    books.load("balance_transactions", csv_file([transaction(amount=amount, fee="59.0", net="941.0")]))

    assert books.rows("balance_transactions", "amount, fee, net") == [("1000", "59", "941")]


def test_a_float_too_large_to_be_exact_is_refused(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    with pytest.raises(LedgerRefused, match=r"'9007199254740993\.0' is too large to be exact in floating point"):
        books.load("balance_transactions", csv_file([transaction(amount="9007199254740993.0")]))


@pytest.mark.parametrize(
    "time",
    [
        "1741132800",
        "1741132800.0",
        "1741132800.75",
        "1741132800000",
        "1741132800999",
        "1741132800000.0",
        "1741132800000000",
        "1741132800999999",
        "2025-03-05",
        "2025-03-05 00:00:00",
        "2025-03-05T00:00:00.000",
        "2025-03-05T00:00:00.000Z",
        "2025-03-05T01:00:00+01:00",
        "05.03.2025",
        "05.03.2025 00:00",
        "5.3.2025 0:00:00",
    ],
)
def test_a_time_may_count_seconds_milliseconds_or_microseconds(
    books: Books, csv_file: Callable[..., Path], json_file: Callable[..., Path], time: str
) -> None:
    books.load("customers", csv_file([{"id": "cus_1", "created": time}]))
    books.load("customers", json_file([{"id": "cus_2", "created": time}]))

    assert books.rows("customers", "created") == [MARCH, MARCH]


@pytest.mark.parametrize(
    "time",
    [
        "1741132800",
        "1741132800.0::double",
        "1741132800000",
        "1741132800000.0::double",
        "1741132800000000",
        "1741132800.5::decimal(18, 3)",
        "timestamp_ns '2025-03-05'",
        "timestamptz '2025-03-05 00:00:00+00'",
        "date '2025-03-05'",
    ],
)
def test_a_typed_time_may_count_them_too(books: Books, parquet_file: Callable[..., Path], time: str) -> None:
    books.load("customers", parquet_file(f"select 'cus_1' as id, {time} as created"))

    assert books.rows("customers", "created") == [MARCH]


@pytest.mark.parametrize(
    ("text", "value"),
    [*((text, "true") for text in ("true", "TRUE", "t", "1", "1.0")),
     *((text, "false") for text in ("false", "False", "f", "0", "0.0"))],
)  # fmt: skip
def test_a_truth_is_written_in_several_ways(books: Books, csv_file: Callable[..., Path], text: str, value: str) -> None:
    payout = {"id": "po_1", "amount": 1, "currency": "usd", "created": 1, "arrival_date": 86400, "status": "paid"}

    books.load("payouts", csv_file([{**payout, "automatic": text}]))

    assert books.rows("payouts", "automatic") == [(value,)]


def test_thousands_of_columns_are_read(
    books: Books, csv_file: Callable[..., Path], json_file: Callable[..., Path], parquet_file: Callable[..., Path]
) -> None:
    wide = {"id": "cus_1", "created": 1} | {f"extra_{n}": n for n in range(3000)} | {"email": "ada@example.com"}
    from_csv = csv_file([wide])

    books.load("customers", from_csv)
    as_json = books.load("customers", json_file([wide]))
    as_parquet = books.load("customers", parquet_file(f"select * from read_csv('{from_csv}', all_varchar = true)"))

    assert books.rows("customers", "id, email") == [("cus_1", "ada@example.com")]
    assert [len(loaded.files[0].unread) for loaded in (as_json, as_parquet)] == [3000, 3000]
    assert [loaded.files[0].unchanged for loaded in (as_json, as_parquet)] == [1, 1]


def test_a_csv_of_a_spreadsheet_has_semicolons_and_decimal_commas(
    books: Books, text_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    row = transaction(exchange_rate="1,0937", amount="1000,0", description='"Tea; two"', created="05.03.2025 00:00")
    text = f"{';'.join(row)}\n{';'.join(map(str, row.values()))}\n"

    books.load("balance_transactions", text_file(text))

    assert books.rows("balance_transactions", "amount, created, description, exchange_rate") == [
        ("1000", *MARCH, "Tea; two", "1.0937")
    ]


def test_tabs_separate_cells_too(books: Books, text_file: Callable[..., Path]) -> None:
    books.load("customers", text_file("id\tcreated\tname\ncus_1\t1\tAda, Countess\n"))

    assert books.rows("customers", "name") == [("Ada, Countess",)]


def test_an_empty_text_is_a_text_in_addresses_and_no_value_in_codes(
    books: Books, json_file: Callable[..., Path]
) -> None:
    charge = {"id": "ch_1", "amount": 1, "currency": "usd", "created": 1, "status": "", "card_brand": ""}

    books.load("charges", json_file([{**charge, "shipping": {"address": {"postal_code": "", "country": ""}}}]))

    columns = "status, card_brand, shipping_address_postal_code, shipping_address_country"
    assert books.rows("charges", columns) == [(None, None, "", "")]


@pytest.mark.parametrize("time", ["45721", "45721.4166666667", "45721,4166666667"])
def test_a_day_as_spreadsheets_count_them_is_no_second_of_1970(
    books: Books, csv_file: Callable[..., Path], time: str
) -> None:
    with pytest.raises(LedgerRefused) as refused:
        books.load("customers", csv_file([{"id": "cus_1", "created": time}]))

    assert str(refused.value) == (
        f"rows.csv, row 1, column created: '{time}' may be a day as spreadsheets count them, 2025-03-05, or a second "
        "of 1970-01-01. Write the date and time out, such as 2025-01-01 00:00:00."
    )


@pytest.mark.parametrize("time", ["20250305", "19991231", "20250305.0"])
def test_a_day_without_dashes_is_no_second_of_1970(books: Books, csv_file: Callable[..., Path], time: str) -> None:
    with pytest.raises(LedgerRefused) as refused:
        books.load("customers", csv_file([{"id": "cus_1", "created": time}]))

    assert str(refused.value) == (
        f"rows.csv, row 1, column created: '{time}' may be a day without dashes, or a second of 1970. Write the date "
        "out, such as 2025-01-01 or 2025-01-01 00:00:00."
    )


def test_a_typed_day_without_dashes_is_refused_too(books: Books, parquet_file: Callable[..., Path]) -> None:
    with pytest.raises(LedgerRefused, match="'20250305' may be a day without dashes"):
        books.load("customers", parquet_file("select 'cus_1' as id, 20250305 as created"))


def test_a_typed_day_number_is_refused_too(books: Books, parquet_file: Callable[..., Path]) -> None:
    with pytest.raises(LedgerRefused, match="may be a day as spreadsheets count them, 2025-03-05"):
        books.load("customers", parquet_file("select 'cus_1' as id, 45721.5 as created"))
