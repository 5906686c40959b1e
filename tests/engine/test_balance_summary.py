"""The balance: where it starts, what moves it, where it ends."""

from __future__ import annotations

from tests.support.row_ledger import SHOP, Reports, SmallLedger, csv

HEADER = '"category","description","net_amount","currency"'


def test_an_ending_balance_is_the_starting_one_with_activity_and_payouts(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_before", "2024-12-31 23:59:59", 5000, "charge", fee=175)
    ledger.transaction("txn_charge", "2025-01-01 00:00:00", 10000, "charge", fee=320)
    ledger.transaction("txn_refund", "2025-01-31 23:59:59", -1000, "refund")
    ledger.transaction("txn_after", "2025-02-01 00:00:00", 7777, "charge")
    ledger.transaction("txn_payout", "2025-01-02 01:02:03", -4825, "payout", source="po_1")
    ledger.payout("po_1", "2025-01-02 01:02:03", "2025-01-04", 4825)

    file = reports.csv("balance.summary.1", "2025-01-01", "2025-02-01")

    assert file == csv(
        HEADER,
        '"starting_balance","Starting balance (2025-01-01)","48.25","usd"',
        '"activity","Activity","86.80","usd"',
        '"payouts","Total payouts","-48.25","usd"',
        '"ending_balance","Ending balance (2025-01-31)","86.80","usd"',
    )


def test_an_automatic_payout_leaves_the_balance_when_it_arrives(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-10", 5000, "charge")
    ledger.transaction("txn_2", "2025-01-31 01:00:00", -5000, "payout", source="po_1")
    ledger.payout("po_1", "2025-01-31 01:00:00", "2025-02-03", 5000)

    january = reports.lines("balance.summary.1", "2025-01-01", "2025-02-01", columns=["net_amount"])
    february = reports.lines("balance.summary.1", "2025-02-01", "2025-03-01", columns=["net_amount"])

    assert january == ['"0.00"', '"50.00"', '"0.00"', '"50.00"']
    assert february == ['"50.00"', '"0.00"', '"-50.00"', '"0.00"']


def test_a_payout_can_arrive_in_a_period_before_the_one_it_was_created_in(
    ledger: SmallLedger, reports: Reports
) -> None:
    ledger.transaction("txn_1", "2025-01-10", 5000, "charge")
    ledger.transaction("txn_2", "2025-02-01 09:00:00", -5000, "payout", source="po_1")
    ledger.payout("po_1", "2025-02-01 09:00:00", "2025-01-31", 5000)

    lines = reports.lines("balance.summary.1", "2025-01-01", "2025-02-01", columns=["net_amount"])

    assert lines == ['"0.00"', '"50.00"', '"-50.00"', '"0.00"']


def test_a_payout_that_fails_later_leaves_the_past_as_it_was(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-10", 5000, "charge")
    ledger.transaction("txn_2", "2025-01-15", -5000, "payout", source="po_1")
    ledger.transaction("txn_3", "2025-02-02", 5000, "payout_reversal", source="po_1")
    ledger.payout("po_1", "2025-01-15", "2025-01-17", 5000, status="failed")

    january = reports.lines("balance.summary.1", "2025-01-01", "2025-02-01", columns=["net_amount"])
    february = reports.lines("balance.summary.1", "2025-02-01", "2025-03-01", columns=["net_amount"])

    assert january == ['"0.00"', '"50.00"', '"-50.00"', '"0.00"']
    assert february == ['"0.00"', '"0.00"', '"50.00"', '"50.00"']


def test_currencies_come_in_alphabetical_order_each_with_its_own_decimals(
    ledger: SmallLedger, reports: Reports
) -> None:
    ledger.transaction("txn_1", "2025-01-10", 1000, "charge", currency="usd")
    ledger.transaction("txn_2", "2025-01-10", 1000, "charge", currency="jpy")
    ledger.transaction("txn_3", "2025-01-10", -1500, "fee", currency="kwd")

    lines = reports.lines("balance.summary.1", "2025-01-01", "2025-02-01", columns=["currency", "net_amount"])

    assert lines == [
        *['"jpy","0"', '"jpy","1000"', '"jpy","0"', '"jpy","1000"'],
        *['"kwd","0.000"', '"kwd","-1.500"', '"kwd","0.000"', '"kwd","-1.500"'],
        *['"usd","0.00"', '"usd","10.00"', '"usd","0.00"', '"usd","10.00"'],
    ]


def test_a_currency_is_listed_once_something_was_created_in_it_before_the_end(
    ledger: SmallLedger, reports: Reports
) -> None:
    ledger.transaction("txn_1", "2024-06-01", 1000, "charge", currency="eur")
    ledger.transaction("txn_2", "2025-02-01", 1000, "charge", currency="usd")

    lines = reports.lines("balance.summary.1", "2025-01-01", "2025-02-01", columns=["currency", "net_amount"])

    assert lines == ['"eur","10.00"', '"eur","0.00"', '"eur","0.00"', '"eur","10.00"']


def test_a_time_zone_moves_the_printed_dates_and_nothing_else(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-01 02:00:00", 1000, "charge")

    file = reports.csv("balance.summary.1", "2025-01-01", "2025-02-01", timezone="America/New_York")

    assert file == csv(
        HEADER,
        '"starting_balance","Starting balance (2024-12-31)","0.00","usd"',
        '"activity","Activity","10.00","usd"',
        '"payouts","Total payouts","0.00","usd"',
        '"ending_balance","Ending balance (2025-01-31)","10.00","usd"',
    )


def test_an_ending_balance_names_the_last_day_that_is_included(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-01", 1000, "charge")

    lines = reports.lines("balance.summary.1", "2025-01-01", "2025-01-15 00:00:01", columns=["description"])

    assert lines[3] == '"Ending balance (2025-01-15)"'


def test_an_empty_ledger_has_no_balance(reports: Reports) -> None:
    file = reports.csv("balance.summary.1", "2025-01-01", "2025-02-01")

    assert file == csv(HEADER)
    assert reports.rows == 0


def test_one_currency_can_be_asked_for(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-10", 1000, "charge", currency="usd")
    ledger.transaction("txn_2", "2025-01-10", 1000, "charge", currency="eur")

    lines = reports.lines("balance.summary.1", "2025-01-01", "2025-02-01", columns=["currency"], currency="eur")

    assert lines == ['"eur"'] * 4


def test_a_platform_and_its_shop_have_balances_of_their_own(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-10", 1000, "charge")
    ledger.transaction("txn_1", "2025-01-10", 333, "charge", account=SHOP)

    platform = reports.lines("balance.summary.1", "2025-01-01", "2025-02-01", columns=["net_amount"])
    shop = reports.lines("balance.summary.1", "2025-01-01", "2025-02-01", columns=["net_amount"], account=SHOP)

    assert platform == ['"0.00"', '"10.00"', '"0.00"', '"10.00"']
    assert shop == ['"0.00"', '"3.33"', '"0.00"', '"3.33"']


def test_sums_beyond_64_bits_are_exact(ledger: SmallLedger, reports: Reports) -> None:
    for number in range(3):
        ledger.transaction(f"txn_{number}", "2025-01-10", 2**63 - 1, "charge")

    lines = reports.lines("balance.summary.1", "2025-01-01", "2025-02-01", columns=["net_amount"])

    assert lines[3] == '"276701161105643274.21"'


def test_version_2_prints_gross_amounts_and_fees(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_before", "2024-12-31 23:59:59", 5000, "charge", fee=175)
    ledger.transaction("txn_charge", "2025-01-01 00:00:00", 10000, "charge", fee=320)
    ledger.transaction("txn_refund", "2025-01-31 23:59:59", -1000, "refund")
    ledger.transaction("txn_payout", "2025-01-02 01:02:03", -4825, "payout", source="po_1")
    ledger.transaction("txn_instant", "2025-01-03", -5000, "payout", fee=50, source="po_2")
    ledger.payout("po_1", "2025-01-02 01:02:03", "2025-01-04", 4825)
    ledger.payout("po_2", "2025-01-03", "2025-01-03", 5000, automatic=False)

    file = reports.csv("balance.summary.2", "2025-01-01", "2025-02-01")

    assert file == csv(
        HEADER,
        '"starting_balance","Starting balance (2025-01-01)","48.25","usd"',
        '"activity_gross","Account activity before fees","90.00","usd"',
        '"activity_fee","Less fees","-3.20","usd"',
        '"activity","Activity","86.80","usd"',
        '"payouts_gross","Payouts to bank","-98.25","usd"',
        '"payouts_fee","Payout fees","-0.50","usd"',
        '"payouts","Total payouts","-98.75","usd"',
        '"ending_balance","Ending balance (2025-01-31)","36.30","usd"',
    )


def test_version_2_has_no_line_of_payout_fees_where_there_are_none(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-10", 1000, "charge", fee=30)

    lines = reports.lines("balance.summary.2", "2025-01-01", "2025-02-01", columns=["category", "net_amount"])

    assert lines == [
        '"starting_balance","0.00"',
        '"activity_gross","10.00"',
        '"activity_fee","-0.30"',
        '"activity","9.70"',
        '"payouts_gross","0.00"',
        '"payouts","0.00"',
        '"ending_balance","9.70"',
    ]
