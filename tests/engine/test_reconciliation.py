"""Reconciliation: which transactions a payout settles, and which none has settled yet."""

from __future__ import annotations

import pytest

from tests.support.row_ledger import Reports, SmallLedger, csv

ITEMIZED = "payout_reconciliation.itemized.5"
BY_ID = "payout_reconciliation.by_id.itemized.4"
ENDING = "ending_balance_reconciliation.itemized.4"
JANUARY = ("2025-01-01", "2025-02-01")


@pytest.fixture(autouse=True)
def settled_and_unsettled_transactions(ledger: SmallLedger) -> None:
    """One automatic payout arrives in January and one in February, a manual one in January; two transactions wait."""
    ledger.transaction("txn_old", "2024-12-20", 10000, "charge", fee=300)
    ledger.transaction("txn_jan", "2025-01-02", -1000, "refund")
    ledger.transaction("txn_feb", "2025-01-30", 2000, "charge", fee=60)
    ledger.transaction("txn_manual", "2025-01-05", 500, "charge")
    ledger.transaction("txn_free", "2025-01-06", 700, "topup")
    ledger.transaction("txn_po_jan", "2025-01-03", -8700, "payout", source="po_jan")
    ledger.transaction("txn_po_feb", "2025-01-31", -1940, "payout", source="po_feb")
    ledger.transaction("txn_po_man", "2025-01-06", -500, "payout", source="po_man")
    ledger.payout("po_jan", "2025-01-03", "2025-01-05", 8700)
    ledger.payout("po_feb", "2025-01-31", "2025-02-02", 1940)
    ledger.payout("po_man", "2025-01-06", "2025-01-06", 500, automatic=False)
    ledger.link("po_jan", "txn_old", "txn_jan", "txn_po_jan")
    ledger.link("po_feb", "txn_feb", "txn_po_feb")
    ledger.link("po_man", "txn_manual", "txn_po_man")


def test_a_payout_arriving_in_the_interval_brings_its_transactions_however_old(reports: Reports) -> None:
    assert reports.csv(ITEMIZED, *JANUARY) == csv(
        '"automatic_payout_id","automatic_payout_effective_at","balance_transaction_id","created","available_on",'
        '"currency","gross","fee","net","reporting_category","description"',
        '"po_jan","2025-01-05 00:00:00","txn_jan","2025-01-02 00:00:00","2025-01-02 00:00:00","usd","-10.00","0.00",'
        '"-10.00","refund",',
        '"po_jan","2025-01-05 00:00:00","txn_old","2024-12-20 00:00:00","2024-12-20 00:00:00","usd","100.00","3.00",'
        '"97.00","charge",',
    )


def test_rows_are_ordered_by_arrival_and_then_by_id(reports: Reports) -> None:
    columns = ["automatic_payout_id", "balance_transaction_id"]

    lines = reports.lines(ITEMIZED, "2025-01-01", "2025-03-01", columns=columns)

    assert lines == ['"po_jan","txn_jan"', '"po_jan","txn_old"', '"po_feb","txn_feb"']


def test_the_summary_is_that_of_the_settled_rows(reports: Reports) -> None:
    assert reports.lines("payout_reconciliation.summary.1", *JANUARY) == [
        '"charge","usd","1","100.00","3.00","97.00"',
        '"refund","usd","1","-10.00","0.00","-10.00"',
        '"total","usd","2","90.00","3.00","87.00"',
    ]


def test_one_payout_can_be_asked_for_by_its_id(reports: Reports) -> None:
    columns = ["created", "balance_transaction_id", "net"]

    assert reports.lines(BY_ID, payout="po_jan", columns=columns) == [
        '"2024-12-20 00:00:00","txn_old","97.00"',
        '"2025-01-02 00:00:00","txn_jan","-10.00"',
    ]
    assert reports.lines("payout_reconciliation.by_id.summary.1", payout="po_jan", columns=["count", "net"]) == [
        '"1","97.00"',
        '"1","-10.00"',
        '"2","87.00"',
    ]


@pytest.mark.parametrize("payout", ["po_man", "po_unknown"])
def test_a_manual_or_an_unknown_payout_settles_nothing(reports: Reports, payout: str) -> None:
    assert reports.lines(BY_ID, payout=payout) == []


def test_what_no_automatic_payout_has_paid_out_by_the_end_is_in_the_ending_balance(reports: Reports) -> None:
    columns = ["balance_transaction_id", "net", "automatic_payout_id"]

    assert reports.lines(ENDING, None, "2025-02-01", columns=columns) == [
        '"txn_manual","5.00",',
        '"txn_free","7.00",',
        '"txn_feb","19.40","po_feb"',
    ]
    assert reports.lines(ENDING, None, "2025-01-05", columns=columns) == [
        '"txn_old","97.00","po_jan"',
        '"txn_jan","-10.00","po_jan"',
    ]
    assert reports.lines("ending_balance_reconciliation.summary.1", None, "2025-02-01", columns=["net"]) == [
        '"24.40"',
        '"7.00"',
        '"31.40"',
    ]


def test_a_transaction_in_two_payouts_is_settled_once(ledger: SmallLedger, reports: Reports) -> None:
    ledger.link("po_feb", "txn_old")

    lines = reports.lines(ITEMIZED, "2025-01-01", "2025-03-01", columns=["balance_transaction_id"])

    assert sorted(lines) == ['"txn_feb"', '"txn_jan"', '"txn_old"']


def test_a_reconciled_row_has_the_columns_of_these_reports_only(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_order", "2025-01-03", 100, "charge", source="ch_1", payout_id="po_jan")
    ledger.transaction("txn_transfer", "2025-01-04", -100, "transfer", source="tr_1", payout_id="po_jan")
    ledger.add("charges", id="ch_1", amount=100, currency="usd", order_id="or_1")
    ledger.add("transfers", id="tr_1", amount=100, currency="usd", destination_payment_id="py_1")

    lines = reports.lines(ITEMIZED, *JANUARY, columns=["order_id", "destination_payment_id"])

    assert lines == [",", ",", '"or_1",', ',"py_1"']
