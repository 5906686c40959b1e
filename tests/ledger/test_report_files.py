"""Report files and Dashboard exports as sources: what they print comes out again, to the byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from application.ports.ledger import LedgerSource
from domain.errors import LedgerRefused
from interfaces.ledger.sources.table_names import sources_in
from tests.ledger.conftest import Books
from tests.ledger.reports_of_books import all_columns, api_books, report

YEAR: dict[str, Any] = {"start": "2025-01-01", "end": "2026-01-01"}

ITEMIZED: list[tuple[str, str, dict[str, Any]]] = [
    ("balance_transactions", "balance_change_from_activity.itemized.3", YEAR),
    ("balance_transactions", "balance_change_from_activity.itemized.1", YEAR),
    ("balance_transactions", "ending_balance_reconciliation.itemized.4", {"end": "2026-01-01"}),
    ("balance_transactions", "payout_reconciliation.itemized.5", YEAR),
    ("balance_transactions", "payout_reconciliation.by_id.itemized.4", {"payout": "po_1"}),
    ("payouts", "payouts.itemized.3", YEAR),
    ("payouts", "payouts.itemized.1", YEAR),
]

BY_ID = ["automatic_payout_effective_at", "created", "currency", "gross", "fee", "net", "reporting_category"]
"""What a report of one payout needs besides, which does not say by default of which payout it is."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return api_books(tmp_path_factory.mktemp("source"))


@pytest.mark.parametrize(("table", "report_type", "asked"), ITEMIZED, ids=[case[1] for case in ITEMIZED])
@pytest.mark.parametrize("columns", ["all", "default"])
def test_a_report_loaded_into_an_empty_ledger_gives_the_same_report(
    source: Books, books: Books, text_file: Callable[..., Path], table: str, report_type: str, asked: Any, columns: str
) -> None:
    if columns == "all":
        asked = asked | {"columns": all_columns(report_type)}
    elif "by_id" in report_type:
        asked = asked | {"columns": ["balance_transaction_id", "automatic_payout_id", *BY_ID]}
    made = report(source, report_type, **asked)

    outcome = books.load(table, text_file(made, "report.csv"))

    assert report(books, report_type, **asked) == made
    assert len(made.splitlines()) > 2
    assert set(outcome.files[0].unread) <= {"connected_account_direct_charge_id"}


def test_an_opening_balance_in_a_report_becomes_one_again(
    books: Books, text_file: Callable[..., Path], tmp_path: Path
) -> None:
    opened = Books(tmp_path / "opened" / "ledger")
    opened.load("opening_balances", text_file("currency,amount,as_of\nusd,50000,2025-02-01\njpy,7,2025-02-01\n"))
    header = "id,amount,fee,net,currency,created,available_on,type"
    opened.load("balance_transactions", text_file(f"{header}\ntxn_1,1000,30,970,usd,2025-02-02,2025-02-02,charge\n"))
    made = report(opened, "ending_balance_reconciliation.itemized.4", end="2025-03-01")

    books.load("balance_transactions", text_file(made, "report.csv"))

    assert len(made.splitlines()) == 4
    assert report(books, "ending_balance_reconciliation.itemized.4", end="2025-03-01") == made
    assert books.rows("opening_balances", "currency, amount, as_of") == [
        ("jpy", "7", "2025-02-01 00:00:00+00"),
        ("usd", "50000", "2025-02-01 00:00:00+00"),
    ]


def test_decimal_commas_of_a_report_are_read(source: Books, books: Books, text_file: Callable[..., Path]) -> None:
    asked: dict[str, Any] = {
        **YEAR,
        "decimal_separator": ",",
        "columns": all_columns("balance_change_from_activity.itemized.3"),
    }
    made = report(source, "balance_change_from_activity.itemized.3", **asked)

    books.load("balance_transactions", text_file(made))

    assert report(books, "balance_change_from_activity.itemized.3", **asked) == made


def test_a_report_that_a_spreadsheet_saved_with_semicolons_is_read(
    source: Books, books: Books, text_file: Callable[..., Path]
) -> None:
    made = report(source, "balance_change_from_activity.itemized.3", **YEAR, decimal_separator=",")
    saved = made.replace('","', '";"').replace('",,"', '";;"')

    books.load("balance_transactions", text_file(saved))

    assert report(books, "balance_change_from_activity.itemized.3", **YEAR, decimal_separator=",") == made


def test_loading_a_report_again_changes_nothing(source: Books, books: Books, text_file: Callable[..., Path]) -> None:
    asked: dict[str, Any] = {**YEAR, "columns": all_columns("balance_change_from_activity.itemized.3")}
    path = text_file(report(source, "balance_change_from_activity.itemized.3", **asked))
    books.load("balance_transactions", path)

    outcome = books.load("balance_transactions", path)

    assert [(file.table, file.rows, file.unchanged) for file in outcome.files] == [("balance_transactions", 8, 8)]


def test_what_a_report_tells_of_other_tables_replaces_nothing(
    source: Books, tmp_path: Path, text_file: Callable[..., Path]
) -> None:
    full = api_books(tmp_path / "full")
    charges, payouts = full.rows("charges"), full.rows("payouts")

    full.load("balance_transactions", text_file(report(source, "balance_change_from_activity.itemized.3", **YEAR)))

    assert (full.rows("charges"), full.rows("payouts")) == (charges, payouts)


HISTORY = """\
id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description,Customer Facing Amount,\
Customer Facing Currency,Transfer,Transfer Date (UTC),Transfer Group,order_id (metadata)
txn_1,charge,ch_1,"1,120.50",3.78,1116.72,usd,2025-01-01 14:03,2025-01-03 00:00,Sale,1120.50,usd,po_1,2025-01-05 00:00,\
,K-1
txn_2,refund,re_1,-20.00,0.00,-20.00,usd,2025-01-02 14:03,2025-01-04 00:00,Refund,-20.00,usd,po_1,2025-01-05 00:00,,K-1
txn_3,payout,po_1,-1096.72,0.00,-1096.72,usd,2025-01-04 14:03,2025-01-05 00:00,STRIPE PAYOUT,,,,,,
txn_4,payment,py_1,1000,0,1000,jpy,2025-01-06 14:03,2025-01-07 00:00,Sale,1000,jpy,,,,K-2
"""

PAYOUTS = """\
id,Amount,Created (UTC),Currency,Livemode,Arrival Date (UTC),Source Type,Destination,Status,Type,Method,Description,\
Balance Transaction,Failure Balance Transaction,Failure Message,Failure Code,Statement Descriptor,Trace ID,\
Trace ID Status,Destination Name,Destination Country,Destination Last 4
po_1,1096.72,2025-01-04 14:03,usd,true,2025-01-05 00:00,card,ba_1,paid,bank_account,standard,STRIPE PAYOUT,txn_3,,,,\
SHOP,0910,supported,"BANK, NA",US,9680
po_2,5.00,2025-01-08 14:03,usd,true,2025-01-08 00:00,card,card_1,paid,card,instant,Now,txn_9,,,,,,,,,
"""


def test_the_balance_history_of_the_dashboard_is_read(books: Books, text_file: Callable[..., Path]) -> None:
    outcome = books.load("balance_transactions", text_file(HISTORY, "Balance_history.csv"))

    assert books.rows("balance_transactions", "id, amount, fee, net, currency, created, payout_id") == [
        ("txn_1", "112050", "378", "111672", "usd", "2025-01-01 14:03:00+00", "po_1"),
        ("txn_2", "-2000", "0", "-2000", "usd", "2025-01-02 14:03:00+00", "po_1"),
        ("txn_3", "-109672", "0", "-109672", "usd", "2025-01-04 14:03:00+00", None),
        ("txn_4", "1000", "0", "1000", "jpy", "2025-01-06 14:03:00+00", None),
    ]
    assert outcome.files[0].unread == ("Transfer Group",)
    columns = ["automatic_payout_id", "automatic_payout_effective_at", "charge_id", "net", "payment_metadata[order_id]"]
    assert report(books, "payout_reconciliation.itemized.5", **YEAR, columns=columns) == (
        '"automatic_payout_id","automatic_payout_effective_at","charge_id","net","payment_metadata[order_id]"\n'
        '"po_1","2025-01-05 00:00:00","ch_1","1116.72","K-1"\n'
        '"po_1","2025-01-05 00:00:00",,"-20.00",\n'
    )


def test_the_payouts_of_the_dashboard_are_read(books: Books, text_file: Callable[..., Path]) -> None:
    outcome = books.load_all(
        [
            LedgerSource("balance_transactions", text_file(HISTORY, "Balance_history.csv")),
            LedgerSource("payouts", text_file(PAYOUTS, "payouts.csv")),
        ]
    )

    columns = "id, amount, arrival_date, automatic, status, destination_id, trace_id"
    assert books.rows("payouts", columns) == [
        ("po_1", "109672", "2025-01-05 00:00:00+00", "true", "paid", "ba_1", "0910"),
        ("po_2", "500", "2025-01-08 00:00:00+00", "false", "paid", "card_1", None),
    ]
    assert outcome.warnings == (
        "payouts.csv: The file does not say which payouts are automatic. All but instant ones are taken as automatic.",
    )
    assert outcome.files[-1].unread == ("Livemode", "Destination Name", "Destination Country", "Destination Last 4")


def test_report_files_of_a_folder_are_found_by_their_names(tmp_path: Path) -> None:
    names = (
        "Balance_history.csv", "balance_change_from_activity.itemized.3.csv", "payouts.itemized.3.csv", "payouts.csv",
        "Itemized_payout_reconciliation_USD_2025.csv", "ending_balance_reconciliation.csv",
        "payout_reconciliation_summary.csv",
    )  # fmt: skip
    for name in names:
        (tmp_path / name).write_text("x", encoding="utf-8")

    found = sources_in(tmp_path)

    assert {source.path.name: source.table for source in found.sources} == {
        name: "payouts" if name.startswith("payouts") else "balance_transactions" for name in names[:-1]
    }
    assert [path.name for path in found.left_out] == ["payout_reconciliation_summary.csv"]


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.5", "usd", 1250),
        ("12", "usd", 1200),
        ("-0.07", "usd", -7),
        ("90071992547409.93", "usd", 9007199254740993),
        ("1,234.56", "eur", 123456),
        ("1.234.567,8", "eur", 123456780),
        ("1000", "jpy", 1000),
        ("1000.00", "jpy", 1000),
        ("1.5", "kwd", 1500),
        ("1.500", "kwd", 1500),
        ("1,5", "kwd", 1500),
        ("1,234.500", "kwd", 1234500),
        ("12,5000", "usd", 1250),
        ("3800.00", "ugx", 380000),
        ("1 234,50", "eur", 123450),
        ("-1\u202f234\u202f567,5", "eur", -123456750),
        ("1\u00a0000", "jpy", 1000),
        ("1'234.50", "chf", 123450),
    ],
)
def test_major_units_become_minor_units_exactly(
    books: Books, text_file: Callable[..., Path], amount: str, currency: str, minor: int
) -> None:
    row = f'txn_1,"{amount}",0,"{amount}",{currency},charge,2025-01-01 00:00:00'

    books.load("balance_transactions", text_file(f"{HEADER}\n{row}\n"))

    assert books.rows("balance_transactions", "amount, net") == [(str(minor), str(minor))]


HEADER = "balance_transaction_id,gross,fee,net,currency,reporting_category,created_utc"


THOUSANDS = "may hold thousands or decimals of {}. Write amounts without separators of thousands, such as {}."


@pytest.mark.parametrize(
    ("amount", "currency", "problem"),
    [
        ("0.5", "jpy", "is not an amount in jpy, such as 1250."),
        ("1.2345", "kwd", "is not an amount in kwd, such as 12.500."),
        ("x", "usd", "is not an amount in usd, such as 12.50."),
        ("1,23,4.5", "usd", "is not an amount in usd, such as 12.50."),
        ("1,234", "usd", THOUSANDS.format("usd", "12.50")),
        ("12,500", "eur", THOUSANDS.format("eur", "12.50")),
        ("12.500", "eur", THOUSANDS.format("eur", "12.50")),
        ("-1,200", "eur", THOUSANDS.format("eur", "12.50")),
        ("1,000", "jpy", THOUSANDS.format("jpy", "1250")),
        ("1,500", "kwd", THOUSANDS.format("kwd", "12.500")),
    ],
)
def test_an_amount_that_is_none_in_its_currency_is_named(
    books: Books, text_file: Callable[..., Path], amount: str, currency: str, problem: str
) -> None:
    row = f'txn_1,1,"{amount}",0,{currency},charge,2025-01-01 00:00:00'

    with pytest.raises(LedgerRefused) as refused:
        books.load("balance_transactions", text_file(f"{HEADER}\n{row}\n"))

    assert str(refused.value) == f"rows.csv, row 1, column fee: '{amount}' {problem}"


def test_typed_amounts_may_have_more_decimals_than_their_currency(
    books: Books, parquet_file: Callable[..., Path]
) -> None:
    row = "select 'txn_1' as balance_transaction_id, 12.500 as gross, 0.000 as fee, 12.500 as net, 'eur' as currency,"
    row += " 'charge' as reporting_category, '2025-01-01 00:00:00' as created_utc"

    books.load("balance_transactions", parquet_file(row))

    assert books.rows("balance_transactions", "amount, net") == [("1250", "1250")]


def test_times_of_a_report_without_utc_columns_are_warned_of(books: Books, text_file: Callable[..., Path]) -> None:
    header = "balance_transaction_id,gross,fee,net,currency,reporting_category,created"

    outcome = books.load("balance_transactions", text_file(f"{header}\ntxn_1,1,0,1,usd,charge,2025-01-01 00:00:00\n"))

    assert outcome.warnings == (
        "rows.csv: The times in created are read as UTC. If the report is for another timezone, make it again with "
        "created_utc.",
        "rows.csv: A report of activity or of payout reconciliation has no payouts, so balances are too high by all "
        "that was paid out. Load the itemized report of payouts, too.",
    )


def test_a_report_of_connected_accounts_names_the_owners(books: Books, text_file: Callable[..., Path]) -> None:
    row = "txn_1,1,0,1,usd,charge,2025-01-01 00:00:00,acct_shop"

    books.load("balance_transactions", text_file(f"{HEADER},connected_account\n{row}\n"))

    assert books.rows("balance_transactions", "account, id") == [("acct_shop", "txn_1")]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (
            "id,Type,Source,Amount,Fee,Net,Currency,Creatd (UTC),Available On (UTC)",
            "The file is like the Dashboard's balance history, but has no column Created (UTC). Creatd (UTC) may stand "
            "for it. It has: id, Type,",
        ),
        (
            "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Customer ID,Description,Fee,Status",
            "The file is an export of the Dashboard. Of these, the balance history and the payouts can be loaded. ",
        ),
        (
            "balance_transaction_id,gross,fee,net,currency,created_utc",
            "The file is like an itemized report of activity, but has no column reporting_category. It has: ",
        ),
        ("id,amount,fee,net,currency,type", "The file has no column created and no available_on. "),
    ],
)
def test_a_file_that_is_nearly_an_export_is_told_so(
    books: Books, text_file: Callable[..., Path], header: str, sentence: str
) -> None:
    with pytest.raises(LedgerRefused) as refused:
        books.load("balance_transactions", text_file(f"{header}\n{',' * header.count(',')}\n"))

    assert str(refused.value).partition(": ")[2].startswith(sentence)


def test_payouts_that_a_reconciliation_lacks_itself_are_warned_of(
    source: Books, books: Books, text_file: Callable[..., Path]
) -> None:
    columns = all_columns("payout_reconciliation.itemized.5")
    made = report(source, "payout_reconciliation.itemized.5", **YEAR, columns=columns)
    activity = report(source, "balance_change_from_activity.itemized.3", **YEAR)

    first = books.load("balance_transactions", text_file(made)).warnings
    second = books.load("balance_transactions", text_file(activity)).warnings

    assert [warning for warning in (*first, *second) if "payouts themselves" in warning] == [
        "The load has balance transactions that were paid out, but none of the payouts themselves, so balances are too "
        "high by these. Load the balance history or the itemized report of payouts, too."
    ]


def test_a_report_that_never_has_payouts_is_warned_of_until_there_are_some(
    source: Books, books: Books, text_file: Callable[..., Path]
) -> None:
    activity = text_file(report(source, "balance_change_from_activity.itemized.3", **YEAR), "activity.csv")
    payouts = text_file(report(source, "payouts.itemized.3", **YEAR), "payouts.csv")
    sources = [LedgerSource("balance_transactions", activity), LedgerSource("payouts", payouts)]

    alone = books.load("balance_transactions", activity).warnings
    together = Books(books.root.parent / "other").load_all(sources).warnings

    sentence = (
        "activity.csv: A report of activity or of payout reconciliation has no payouts, so balances are too high by "
        "all that was paid out. Load the itemized report of payouts, too."
    )
    assert sentence in alone
    assert sentence not in together


@pytest.mark.parametrize(("amount", "minor"), [("1250", 1250000), ("1250,5", 1250500), ("1.250,000", 1250000)])
def test_amounts_of_three_decimals_may_have_decimal_commas(
    books: Books, text_file: Callable[..., Path], amount: str, minor: int
) -> None:
    row = f"txn_1;{amount};0;{amount};kwd;charge;2025-01-01 00:00:00"

    books.load("balance_transactions", text_file(f"{HEADER.replace(',', ';')}\n{row}\n"))

    assert books.rows("balance_transactions", "amount") == [(str(minor),)]


def test_a_dot_before_three_digits_is_refused_where_commas_separate_decimals(
    books: Books, text_file: Callable[..., Path]
) -> None:
    row = "txn_1;1.250;0;1.250;kwd;charge;2025-01-01 00:00:00"

    with pytest.raises(LedgerRefused) as refused:
        books.load("balance_transactions", text_file(f"{HEADER.replace(',', ';')}\n{row}\n"))

    assert str(refused.value) == (
        "rows.csv, row 1, column gross: '1.250' may hold thousands or decimals of kwd. Write amounts without "
        "separators of thousands, and with a comma before decimals, such as 12,500."
    )


@pytest.mark.parametrize(("other", "stored"), [("12,5", None), ("12.5", ["1250", "12500"])])
def test_what_a_dot_before_three_digits_means_is_seen_from_the_whole_file(
    books: Books, text_file: Callable[..., Path], other: str, stored: list[str] | None
) -> None:
    lines = [f'txn_{place},"{amount}",0,"{amount}",kwd,charge,2025-01-01 00:00:00'
             for place, amount in enumerate(("1.250", other))]  # fmt: skip
    file = text_file("\n".join([HEADER, *lines, ""]))

    if stored is None:
        with pytest.raises(LedgerRefused, match=r"rows\.csv, row 1, column gross: '1\.250' may hold thousands or dec"):
            books.load("balance_transactions", file)
    else:
        books.load("balance_transactions", file)
        assert [amount for _, amount in books.rows("balance_transactions", "id, amount")] == stored


def test_the_case_of_the_names_of_columns_does_not_matter(books: Books, text_file: Callable[..., Path]) -> None:
    header, rows = HISTORY.split("\n", 1)

    books.load("balance_transactions", text_file(f"{header.lower()}\n{rows}"))

    assert books.rows("balance_transactions", "id, amount")[0] == ("txn_1", "112050")
