"""Opening balances: where the balance of a ledger starts that begins midway."""

from __future__ import annotations

import pytest

from tests.support.row_ledger import SHOP, Reports, SmallLedger, csv

ENDING = "ending_balance_reconciliation.itemized.4"
ENDING_COLUMNS = ["balance_transaction_id", "created", "available_on", "gross", "net", "reporting_category"]
SUMMARY = "ending_balance_reconciliation.summary.1"


def balances(reports: Reports, start: str, end: str, **parameters: str) -> list[str]:
    return reports.lines("balance.summary.1", start, end, columns=["net_amount"], **parameters)


def test_a_balance_starts_at_the_opening_balance(ledger: SmallLedger, reports: Reports) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.transaction("txn_1", "2025-02-02 09:00:00", 1000, "charge", fee=30)
    ledger.transaction("txn_2", "2025-02-03 09:00:00", -50970, "payout", source="po_1")

    assert balances(reports, "2025-02-01", "2025-03-01") == ['"500.00"', '"9.70"', '"-509.70"', '"0.00"']
    assert balances(reports, "2025-02-03", "2025-02-04") == ['"509.70"', '"0.00"', '"-509.70"', '"0.00"']


def test_the_second_version_of_the_summary_starts_there_too(ledger: SmallLedger, reports: Reports) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.transaction("txn_old", "2025-01-31", 7000, "charge", fee=1)
    ledger.transaction("txn_1", "2025-02-02", 1000, "charge", fee=30)

    lines = reports.lines("balance.summary.2", "2025-02-01", "2025-03-01", columns=["category", "net_amount"])

    assert lines == [
        '"starting_balance","500.00"',
        '"activity_gross","10.00"',
        '"activity_fee","-0.30"',
        '"activity","9.70"',
        '"payouts_gross","0.00"',
        '"payouts","0.00"',
        '"ending_balance","509.70"',
    ]


def test_rows_that_an_opening_balance_holds_do_not_count_again(ledger: SmallLedger, reports: Reports) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.transaction("txn_old", "2025-01-31 23:59:59", 7000, "charge")
    ledger.transaction("txn_new", "2025-02-01", 1000, "charge")

    assert balances(reports, "2025-02-01", "2025-03-01") == ['"500.00"', '"10.00"', '"0.00"', '"510.00"']


def test_a_balance_before_the_opening_balance_is_found_by_going_back(ledger: SmallLedger, reports: Reports) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.transaction("txn_1", "2025-01-10", 7000, "charge")
    ledger.transaction("txn_2", "2025-01-20", 500, "charge")
    ledger.transaction("txn_3", "2025-01-25", -400, "payout", source="po_1")

    assert balances(reports, "2025-01-01", "2025-01-15") == ['"429.00"', '"70.00"', '"0.00"', '"499.00"']
    assert balances(reports, "2025-01-15", "2025-03-01") == ['"499.00"', '"5.00"', '"-4.00"', '"500.00"']


def test_a_payout_that_arrives_after_the_opening_leaves_the_opening_balance(
    ledger: SmallLedger, reports: Reports
) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.transaction("txn_1", "2025-01-31", -20000, "payout", source="po_1")
    ledger.payout("po_1", "2025-01-31", "2025-02-03", 20000)

    assert balances(reports, "2025-02-01", "2025-03-01") == ['"500.00"', '"0.00"', '"-200.00"', '"300.00"']


def test_a_currency_with_an_opening_balance_alone_is_listed(ledger: SmallLedger, reports: Reports) -> None:
    ledger.opening(50000, "2025-02-01", currency="jpy")
    ledger.transaction("txn_1", "2025-02-02", 1000, "charge")

    lines = reports.lines("balance.summary.1", "2025-02-01", "2025-03-01", columns=["currency", "net_amount"])

    assert lines == [
        *['"jpy","50000"', '"jpy","0"', '"jpy","0"', '"jpy","50000"'],
        *['"usd","0.00"', '"usd","10.00"', '"usd","0.00"', '"usd","10.00"'],
    ]
    assert balances(reports, "2025-02-01", "2025-03-01", currency="usd")[0] == '"0.00"'


def test_accounts_start_at_opening_balances_of_their_own(ledger: SmallLedger, reports: Reports) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.opening(300, "2025-02-01", account=SHOP)

    twin = reports.lines("connected_account_balance.summary.1", "2025-02-01", "2025-03-01", columns=["net_amount"])

    assert balances(reports, "2025-02-01", "2025-03-01")[0] == '"500.00"'
    assert twin[0] == '"3.00"'


def test_an_ending_balance_begins_with_what_is_left_of_the_opening_balance(
    ledger: SmallLedger, reports: Reports
) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.transaction("txn_old", "2025-01-10", 7000, "charge")
    ledger.transaction("txn_1", "2025-02-02 09:00:00", 1000, "charge", fee=30)

    assert reports.lines(ENDING, None, "2025-03-01", columns=ENDING_COLUMNS) == [
        ',"2025-02-01 00:00:00",,"500.00","500.00","opening_balance"',
        '"txn_1","2025-02-02 09:00:00","2025-02-02 09:00:00","10.00","9.70","charge"',
    ]
    assert reports.csv(SUMMARY, None, "2025-03-01") == csv(
        '"reporting_category","currency","count","gross","fee","net"',
        '"charge","usd","1","10.00","0.30","9.70"',
        '"opening_balance","usd","1","500.00","0.00","500.00"',
        '"total","usd","2","510.00","0.30","509.70"',
    )


def test_an_automatic_payout_of_older_money_uses_the_opening_balance_up(ledger: SmallLedger, reports: Reports) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.transaction("txn_1", "2025-02-02", 1000, "charge", fee=30)
    ledger.transaction("txn_2", "2025-02-03", -30970, "payout", source="po_1")
    ledger.payout("po_1", "2025-02-03", "2025-02-05", 30970)
    ledger.link("po_1", "txn_1", "txn_2")

    assert reports.lines(ENDING, None, "2025-02-05", columns=["net"]) == ['"500.00"', '"9.70"']
    assert reports.lines(ENDING, None, "2025-03-01", columns=["net", "description"]) == [
        '"200.00","Opening balance (2025-02-01)"'
    ]


def test_an_opening_balance_that_was_paid_out_is_not_listed(ledger: SmallLedger, reports: Reports) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.transaction("txn_2", "2025-02-03", -50000, "payout", source="po_1")
    ledger.payout("po_1", "2025-02-03", "2025-02-05", 50000)

    assert reports.lines(ENDING, None, "2025-03-01") == []


def test_the_twins_list_the_opening_balance_of_each_account(ledger: SmallLedger, reports: Reports) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.opening(300, "2025-02-01", account=SHOP)
    columns = ["connected_account", "net", "reporting_category"]

    twin = reports.lines(f"connected_account_{ENDING}", None, "2025-03-01", columns=columns)

    assert twin == [f'"{SHOP}","3.00","opening_balance"']
    assert reports.lines(f"connected_account_{SUMMARY}", None, "2025-03-01", columns=["net"]) == ['"3.00"', '"3.00"']


def test_the_rows_of_one_category_can_be_asked_for(ledger: SmallLedger, reports: Reports) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.transaction("txn_1", "2025-02-02", 1000, "charge")

    def nets(category: str) -> list[str]:
        return reports.lines(ENDING, None, "2025-03-01", columns=["net"], reporting_category=category)

    assert (nets("charge"), nets("opening_balance")) == (['"10.00"'], ['"500.00"'])


def test_opening_balances_of_the_same_time_are_in_the_order_of_their_currencies(
    ledger: SmallLedger, reports: Reports
) -> None:
    for currency in ("usd", "eur", "jpy"):
        ledger.opening(100, "2025-02-01", currency=currency)

    lines = reports.lines(ENDING, None, "2025-03-01", columns=["currency"])

    assert lines == ['"eur"', '"jpy"', '"usd"']


def test_itemized_activity_still_lists_rows_that_an_opening_balance_holds(
    ledger: SmallLedger, reports: Reports
) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.transaction("txn_old", "2025-01-10", 7000, "charge")

    lines = reports.lines(
        "balance_change_from_activity.itemized.3", "2025-01-01", "2025-02-01", columns=["balance_transaction_id"]
    )

    assert lines == ['"txn_old"']


def test_a_report_that_is_made_in_chunks_has_the_opening_balance_too(
    ledger: SmallLedger, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.opening(50000, "2025-02-01")
    ledger.add("customers", id="cus_1", email="a@example.com")
    for n in range(20):
        ledger.transaction(f"txn_{n:02}", "2025-02-02", n, "charge", source=f"ch_{n}")
        ledger.add("charges", id=f"ch_{n}", amount=n, currency="usd", customer_id="cus_1")
    columns = [*ENDING_COLUMNS, "customer_email", "payment_metadata[order]"]
    at_once = reports.csv(ENDING, None, "2025-03-01", columns=columns)
    monkeypatch.setattr("interfaces.engine.duckdb.engine.is_large", lambda files, limit: True)
    monkeypatch.setattr("interfaces.engine.duckdb.engine.chunk_rows", lambda columns, workers, limit: 6)

    in_chunks = reports.csv(ENDING, None, "2025-03-01", columns=columns)

    assert in_chunks == at_once
    assert reports.rows == 21
