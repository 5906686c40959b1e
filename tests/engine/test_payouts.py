"""Payouts: what left for the bank, what came back, and when each counts."""

from __future__ import annotations

from tests.support.row_ledger import PLATFORM, Reports, SmallLedger, csv

ITEMIZED = "payouts.itemized.3"
JANUARY = ("2025-01-01", "2025-02-01")


def test_a_payout_is_described_in_every_column(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction(
        "txn_1", "2025-01-02 01:02:03", -6715, "payout", currency="eur", source="po_1", description="STRIPE PAYOUT"
    )
    ledger.payout(
        "po_1",
        "2025-01-02 01:02:03",
        "2025-01-03 00:00:57",
        6715,
        currency="eur",
        description="Weekly",
        destination_id="ba_1",
        trace_id="TRACE-1",
        trace_id_status="supported",
    )

    file = reports.csv(
        ITEMIZED,
        *JANUARY,
        timezone="Europe/Helsinki",
        columns=(
            "payout_id effective_at_utc effective_at currency gross fee net reporting_category balance_transaction_id "
            "description payout_expected_arrival_date payout_status payout_reversed_at_utc payout_reversed_at "
            "payout_type payout_description payout_destination_id regulatory_tag trace_id trace_id_status"
        ).split(),
    )

    assert file == csv(
        '"payout_id","effective_at_utc","effective_at","currency","gross","fee","net","reporting_category",'
        '"balance_transaction_id","description","payout_expected_arrival_date","payout_status",'
        '"payout_reversed_at_utc","payout_reversed_at","payout_type","payout_description","payout_destination_id",'
        '"regulatory_tag","trace_id","trace_id_status"',
        '"po_1","2025-01-03 00:00:57","2025-01-03 02:00:57","eur","67.15","0.00","67.15","payout","txn_1",'
        '"STRIPE PAYOUT","2025-01-03 00:00:00","paid",,,"bank_account","Weekly","ba_1",,"TRACE-1","supported"',
    )


def test_an_instant_payout_prints_its_fee_turned_around(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-02", -10000, "payout", fee=100, source="po_1")
    ledger.payout("po_1", "2025-01-02", "2025-01-02", 10000, automatic=False, method="instant", type="card")

    assert reports.lines(ITEMIZED, *JANUARY, columns=["gross", "fee", "net"]) == ['"100.00","-1.00","101.00"']
    assert reports.lines("payouts.summary.1", *JANUARY) == [
        '"payout","usd","1","100.00","-1.00","101.00"',
        '"total","usd","1","100.00","-1.00","101.00"',
    ]


def test_an_automatic_payout_counts_on_arrival_and_a_manual_one_when_created(
    ledger: SmallLedger, reports: Reports
) -> None:
    ledger.transaction("txn_auto", "2025-01-30", -100, "payout", source="po_auto")
    ledger.transaction("txn_manual", "2025-01-30 00:00:02", -200, "payout", source="po_manual")
    ledger.transaction("txn_gone", "2025-01-30 00:00:03", -300, "payout", source="po_gone")
    ledger.payout("po_auto", "2025-01-30", "2025-02-02", 100)
    ledger.payout("po_manual", "2025-01-30 00:00:01", "2025-02-02", 200, automatic=False)

    columns = ["payout_id", "effective_at", "payout_status"]

    assert reports.lines(ITEMIZED, *JANUARY, columns=columns) == [
        '"po_manual","2025-01-30 00:00:01","paid"',
        '"po_gone","2025-01-30 00:00:03",',
    ]
    assert reports.lines(ITEMIZED, "2025-02-01", "2025-03-01", columns=columns) == [
        '"po_auto","2025-02-02 00:00:00","paid"'
    ]


def test_a_failed_payout_and_its_reversal_both_say_when_it_was_reversed(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-02", -5000, "payout", source="po_1")
    ledger.transaction("txn_2", "2025-01-08 10:00:00", 5000, "payout_reversal", source="po_1")
    ledger.payout("po_1", "2025-01-02", "2025-01-04", 5000, status="failed", failure_balance_transaction_id="txn_2")
    ledger.transaction("txn_3", "2025-01-09", -5000, "payout", source="po_2")
    ledger.payout("po_2", "2025-01-09", "2025-01-11", 5000)
    ledger.link("po_1", "txn_1")
    ledger.link("po_2", "txn_2", "txn_3")

    lines = reports.lines(
        ITEMIZED,
        *JANUARY,
        columns=["balance_transaction_id", "payout_id", "gross", "effective_at", "payout_status", "payout_reversed_at"],
        timezone="America/New_York",
    )

    assert lines == [
        '"txn_1","po_1","50.00","2025-01-03 19:00:00","failed","2025-01-08 05:00:00"',
        '"txn_2","po_1","-50.00","2025-01-08 05:00:00","failed","2025-01-08 05:00:00"',
        '"txn_3","po_2","50.00","2025-01-10 19:00:00","paid",',
    ]


def test_a_reversal_is_printed_only_for_a_payout_that_did_not_stay_paid(ledger: SmallLedger, reports: Reports) -> None:
    for number, status in enumerate(("paid", "canceled", "failed", "pending")):
        ledger.transaction(f"txn_{number}", f"2025-01-0{number + 1}", -100, "payout", source=f"po_{number}")
        ledger.transaction(f"txn_back_{number}", "2025-01-20", 100, "payout_reversal", source=f"po_{number}")
        day = f"2025-01-0{number + 1}"
        ledger.payout(f"po_{number}", day, day, 100, status=status)
    ledger.transaction("txn_4", "2025-01-05", -100, "payout", source="po_4")
    ledger.payout("po_4", "2025-01-05", "2025-01-05", 100, status="failed")

    lines = reports.lines(
        "payouts.itemized.1",
        *JANUARY,
        columns=["payout_status", "payout_reversed_at"],
        reporting_category="payout",
    )

    assert lines == [
        '"paid",',
        '"canceled","2025-01-20 00:00:00"',
        '"failed","2025-01-20 00:00:00"',
        '"pending",',
        '"failed",',
    ]


def test_a_transaction_without_a_source_is_found_by_the_payout_that_names_it(
    ledger: SmallLedger, reports: Reports
) -> None:
    ledger.transaction("txn_1", "2025-01-02", -100, "payout")
    ledger.transaction("txn_2", "2025-01-05", 100, "payout_reversal")
    ledger.payout(
        "po_1",
        "2025-01-02",
        "2025-01-04",
        100,
        status="canceled",
        balance_transaction_id="txn_1",
        failure_balance_transaction_id="txn_2",
    )

    lines = reports.lines(ITEMIZED, *JANUARY, columns=["payout_id", "effective_at", "payout_reversed_at"])

    assert lines == [
        '"po_1","2025-01-04 00:00:00","2025-01-05 00:00:00"',
        '"po_1","2025-01-05 00:00:00","2025-01-05 00:00:00"',
    ]


def test_two_accounts_with_the_same_ids_keep_their_payouts_apart(ledger: SmallLedger, reports: Reports) -> None:
    for account, status in ((PLATFORM, "paid"), ("acct_other", "failed")):
        ledger.transaction("txn_1", "2025-01-02", -100, "payout", source="po_1", account=account)
        ledger.payout("po_1", "2025-01-02", "2025-01-04", 100, status=status, account=account)
    ledger.transaction("txn_2", "2025-01-05", 100, "payout_reversal", source="po_1", account="acct_other")

    assert reports.lines(ITEMIZED, *JANUARY, columns=["payout_status", "payout_reversed_at"]) == ['"paid",']


def test_a_summary_of_payouts_is_positive_for_payouts_and_negative_for_reversals(
    ledger: SmallLedger, reports: Reports
) -> None:
    ledger.transaction("txn_1", "2025-01-02", -5000, "payout", source="po_1")
    ledger.transaction("txn_2", "2025-01-08", 5000, "payout_reversal", source="po_1")
    ledger.transaction("txn_3", "2025-01-09", -7000, "payout", source="po_2")
    ledger.transaction("txn_4", "2025-01-09", 9999, "charge")

    assert reports.lines("payouts.summary.1", *JANUARY) == [
        '"payout","usd","2","120.00","0.00","120.00"',
        '"payout_reversal","usd","1","-50.00","0.00","-50.00"',
        '"total","usd","3","70.00","0.00","70.00"',
    ]
