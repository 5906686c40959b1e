"""What a ledger does not take is named by file, row and column, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from application.ports.ledger import LedgerSource
from domain.errors import LedgerRefused
from tests.ledger.conftest import Books

NOT_WHOLE = "is not a whole number. Amounts count the currency's smallest unit: 1250 for 12.50 usd."
TOO_LARGE = "is too large: whole numbers lie between -9223372036854775808 and 9223372036854775807 (64 bits)."
NOT_A_TIME = (
    "is not a time from 1970-01-01 through 9999-12-30. Give Unix seconds (1735689600) or UTC (2025-01-01 00:00:00)."
)


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("amount", "12.5", f"'12.5' {NOT_WHOLE}"),
        ("amount", "10.00", f"'10.00' {NOT_WHOLE}"),
        ("amount", "1e3", f"'1e3' {NOT_WHOLE}"),
        ("amount", "1,000", f"'1,000' {NOT_WHOLE}"),
        ("fee", "9223372036854775808", f"'9223372036854775808' {TOO_LARGE}"),
        ("fee", " 99999999999999999999", f"' 99999999999999999999' {TOO_LARGE}"),
        ("net", "-9223372036854775809", f"'-9223372036854775809' {TOO_LARGE}"),
        ("amount", "1e400", f"'1e400' {TOO_LARGE}"),
        ("currency", "usx", "'usx' is not a known currency. Give its three-letter code, such as usd."),
        ("created", "yesterday", f"'yesterday' {NOT_A_TIME}"),
        ("created", "-1", f"'-1' {NOT_A_TIME}"),
        ("created", "10000-01-01 00:00:00", f"'10000-01-01 00:00:00' {NOT_A_TIME}"),
        ("created", "9999-12-31", f"'9999-12-31' {NOT_A_TIME}"),
        ("available_on", "253402214400", f"'253402214400' {NOT_A_TIME}"),
        ("created", "9999-12-30 14:00:00-10:00", f"'9999-12-30 14:00:00-10:00' {NOT_A_TIME}"),
        ("created", "2025-01-01 00:00:00+99:00", f"'2025-01-01 00:00:00+99:00' {NOT_A_TIME}"),
        ("created", "2025-01-01 00:00:00-15", f"'2025-01-01 00:00:00-15' {NOT_A_TIME}"),
        ("created", "2025-01-01 00:00:00+14:01", f"'2025-01-01 00:00:00+14:01' {NOT_A_TIME}"),
        ("created", "2025-01-01 00:00:00+0160", f"'2025-01-01 00:00:00+0160' {NOT_A_TIME}"),
        ("available_on", "2025-02-30", f"'2025-02-30' {NOT_A_TIME}"),
        ("available_on", "946684799999", f"'946684799999' {NOT_A_TIME}"),
        ("available_on", "2025-01-01 00:00:00 CET", f"'2025-01-01 00:00:00 CET' {NOT_A_TIME}"),
        ("net", "940", "net is 940, but amount - fee is 941."),
        ("id", "", "is empty, but every row of balance_transactions needs it."),
        ("type", "", "is empty, but every row of balance_transactions needs it."),
        ("exchange_rate", "1,08", "'1,08' is not a decimal number, such as 1.0937."),
        ("account", "nonsense", "'nonsense' is not the id of an account, such as acct_1A2b3C4d5E6f7G8h."),
    ],
)
def test_a_value_that_is_not_right_is_named(
    books: Books,
    csv_file: Callable[..., Path],
    transaction: Callable[..., dict[str, object]],
    column: str,
    value: str,
    problem: str,
) -> None:
    good, bad = transaction(id="txn_1"), transaction(id="txn_2") | {column: value}
    path = csv_file([{**dict.fromkeys(bad, ""), **good}, bad], "june.csv")

    with pytest.raises(LedgerRefused) as refused:
        books.load("balance_transactions", path)

    assert (refused.value.file, refused.value.row, refused.value.column) == ("june.csv", 2, column)
    assert str(refused.value) == f"june.csv, row 2, column {column}: {problem}"


def test_a_boolean_that_is_neither_is_named(books: Books, csv_file: Callable[..., Path]) -> None:
    payout = {"id": "po_1", "amount": 1, "currency": "usd", "created": 1, "arrival_date": 1, "status": "paid"}

    with pytest.raises(LedgerRefused, match="row 1, column automatic: 'maybe' is neither true nor false"):
        books.load("payouts", csv_file([{**payout, "automatic": "maybe"}]))


@pytest.mark.parametrize("metadata", ["[1]", "order 1", '"text"', "{'a': 1}"])
def test_metadata_that_is_no_object_is_named(books: Books, csv_file: Callable[..., Path], metadata: str) -> None:
    customer = {"id": "cus_1", "created": 1, "metadata": metadata}

    with pytest.raises(LedgerRefused, match=r"row 1, column metadata: .* is not a JSON object"):
        books.load("customers", csv_file([customer]))


def test_a_long_value_is_shown_shortened_and_on_one_line(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    with pytest.raises(LedgerRefused) as refused:
        books.load("balance_transactions", csv_file([transaction(amount="1\n" + "9" * 5000)]))

    assert str(refused.value).startswith("rows.csv, row 1, column amount: '1\\n" + "9" * 75 + "...' is not")


def test_row_ten_thousand_and_one_of_twenty_thousand_is_named(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    rows = [transaction(id=f"txn_{n}", description="two\nlines" if n % 7 == 0 else "one") for n in range(1, 20_001)]
    rows[10_000]["amount"] = "ten"

    with pytest.raises(LedgerRefused) as refused:
        books.load("balance_transactions", csv_file(rows))

    assert (refused.value.row, refused.value.column) == (10_001, "amount")
    assert books.rows("balance_transactions") == []


def test_the_first_row_that_fails_a_check_is_named(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    rows = [transaction(id="txn_1"), transaction(id="txn_2", net=1), transaction(id="txn_3", amount="x")]

    with pytest.raises(LedgerRefused, match="row 2, column net"):
        books.load("balance_transactions", csv_file(rows))


def test_two_rows_of_one_file_with_the_same_key_are_both_named(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    rows = [transaction(id="txn_1"), transaction(id="txn_2"), transaction(id="txn_1", description="other")]

    with pytest.raises(LedgerRefused) as refused:
        books.load("balance_transactions", csv_file(rows))

    assert str(refused.value) == (
        "rows.csv, row 3, column id: 'txn_1' is already in row 1. A load holds each row once."
    )


def test_two_files_with_the_same_key_are_both_named(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    first, second = csv_file([transaction()], "first.csv"), csv_file([transaction(description="x")], "second.csv")

    with pytest.raises(
        LedgerRefused, match=r"second\.csv, row 1, column id: 'txn_1' is already in row 1 of first\.csv"
    ):
        books.load("balance_transactions", first, second)


def test_a_key_of_two_columns_is_named_whole(books: Books, csv_file: Callable[..., Path]) -> None:
    balance = {"date": "2025-01-01", "currency": "usd", "balance": 1}
    first, second = csv_file([balance], "first.csv"), csv_file([{**balance, "balance": 2}], "second.csv")

    with pytest.raises(LedgerRefused, match=r"column created: '2025-01-01 00:00:00\+00, usd' is already in row 1"):
        books.load("account_balances", first, second)


def test_one_row_at_fault_keeps_every_file_of_the_load_out(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    good = csv_file([{"id": "acct_a"}], "accounts.csv")
    bad = csv_file([transaction(net=0)], "transactions.csv")

    with pytest.raises(LedgerRefused, match=r"transactions\.csv"):
        books.write([LedgerSource("accounts", good), LedgerSource("balance_transactions", bad)])

    assert not (books.root / "test" / "accounts").exists()


def test_a_missing_column_is_named(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    row = transaction()
    del row["fee"]

    with pytest.raises(LedgerRefused) as refused:
        books.load("balance_transactions", csv_file([row]))

    assert str(refused.value) == (
        "rows.csv, column fee: The file has no column fee. "
        "Every report on the balance, on activity and on payouts is made of balance transactions. "
        "It has: id, amount, net, currency, created, available_on, type, description, source."
    )


def test_all_missing_columns_are_named_at_once_and_what_they_are_needed_for(
    books: Books, csv_file: Callable[..., Path]
) -> None:
    with pytest.raises(LedgerRefused) as payouts:
        books.load("payouts", csv_file([{"id": "po_1", "amount": 1, "currency": "usd", "created": 1}], "payouts.csv"))
    with pytest.raises(LedgerRefused) as links:
        books.load("payout_balance_transactions", csv_file([{"transaction": "txn_1"}], "links.csv"))

    assert str(payouts.value) == (
        "payouts.csv: The file has no column arrival_date or date, no automatic and no status. "
        "Payout reports and reconciliation need payouts, to know when money arrives. "
        "It has: id, amount, currency, created."
    )
    assert str(links.value) == (
        "links.csv: The file has no column payout_id or payout and no balance_transaction_id or balance_transaction "
        "or id. Payout reconciliation needs payout_balance_transactions, or payout_id on balance transactions. "
        "It has: transaction."
    )


def test_the_missing_columns_of_every_file_of_a_load_are_named_at_once(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    """The rows of files behind one that lacks columns are not looked at: its columns come first."""
    no_fee, wrong = transaction(), {"id": "ch_1", "amount": "x", "currency": "usd", "created": 1}
    del no_fee["fee"]
    sources = [
        LedgerSource("customers", csv_file([{"id": "cus_1", "created": 1}], "customers.csv")),
        LedgerSource("balance_transactions", csv_file([no_fee], "transactions.csv")),
        LedgerSource("charges", csv_file([wrong], "charges.csv")),
        LedgerSource("payout_balance_transactions", csv_file([{"transaction": "txn_1"}], "links.csv")),
    ]

    with pytest.raises(LedgerRefused) as refused:
        books.load_all(sources)

    transactions, links = str(refused.value).split("\n")
    assert transactions.startswith(
        "transactions.csv, column fee: The file has no column fee. Every report on the balance"
    )
    assert links.startswith("links.csv: The file has no column payout_id or payout and no balance_transaction_id")
    assert "Payout reconciliation needs payout_balance_transactions, or payout_id on balance transactions." in links
    assert not (books.root / "test").exists() or not list((books.root / "test").glob("*/_delta_log"))


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("id,created,name,name", "name"),
        ("id,created,Created", "created"),
        ("id,created,address_line1,Address.Line_1", "address_line1"),
        ("id,created,account,account", "account"),
    ],
)
def test_a_column_that_is_there_twice_is_named(
    books: Books, text_file: Callable[..., Path], header: str, column: str
) -> None:
    values = ["cus_1", "1", "acct_a", "acct_b"][: header.count(",") + 1]

    with pytest.raises(LedgerRefused) as refused:
        books.load("customers", text_file(f"{header}\n{','.join(values)}\n"))

    assert str(refused.value) == f"rows.csv, column {column}: The file has several columns of this name. Leave one."


def test_columns_that_are_not_read_may_be_there_twice(books: Books, text_file: Callable[..., Path]) -> None:
    books.load("customers", text_file("id,note,created,note,,\ncus_1,a,1,b,,\n"))

    assert books.rows("customers", "id") == [("cus_1",)]


def test_an_owner_column_that_no_file_has_is_named(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    with pytest.raises(LedgerRefused, match="column merchant: No file of this load has the column"):
        books.load("balance_transactions", csv_file([transaction()]), owner_column="merchant")


def test_an_owner_column_that_no_api_object_has_is_named(
    books: Books, json_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    with pytest.raises(LedgerRefused, match="column merchant: No file of this load has the column"):
        books.load("balance_transactions", json_file([transaction()]), owner_column="merchant")


def test_a_table_that_is_not_there_is_answered_with_those_that_are(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    with pytest.raises(
        LedgerRefused, match=r"There is no table 'orders'\. The tables are: balance_transactions, payouts, "
    ):
        books.load("orders", csv_file([transaction()]))


def test_a_file_that_is_not_there_is_named(books: Books, tmp_path: Path) -> None:
    with pytest.raises(LedgerRefused, match=r"nowhere\.csv: There is no such file"):
        books.load("charges", tmp_path / "nowhere.csv")


@pytest.mark.parametrize("name", ["rows.xlsx", "rows", "rows.csv.zip"])
def test_a_file_of_another_kind_is_refused(books: Books, text_file: Callable[..., Path], name: str) -> None:
    with pytest.raises(LedgerRefused, match=r"name must end in one of: \.csv, \.csv\.gz, \.parquet, "):
        books.load("charges", text_file("x", name))


def test_a_parquet_file_that_is_none_is_refused(books: Books, text_file: Callable[..., Path]) -> None:
    with pytest.raises(LedgerRefused, match=r"rows\.parquet: The file cannot be read as parquet"):
        books.load("charges", text_file("not parquet", "rows.parquet"))
