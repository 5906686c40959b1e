"""Activity: every balance transaction but those of payouts, and what it is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.row_ledger import PLATFORM, SHOP, Reports, SmallLedger, csv

ITEMIZED = "balance_change_from_activity.itemized.3"
SUMMARY = "balance_change_from_activity.summary.1"
JANUARY = ("2025-01-01", "2025-02-01")


def test_a_row_belongs_to_the_interval_that_it_was_created_in(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2024-12-31 23:59:59", 100, "charge")
    ledger.transaction("txn_2", "2025-01-01 00:00:00", 200, "charge")
    ledger.transaction("txn_3", "2025-01-31 23:59:59", 300, "charge")
    ledger.transaction("txn_4", "2025-02-01 00:00:00", 400, "charge")

    assert reports.lines(ITEMIZED, *JANUARY, columns=["balance_transaction_id"]) == ['"txn_2"', '"txn_3"']


def test_payouts_and_their_reversals_are_not_activity(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-02", 100, "charge")
    ledger.transaction("txn_2", "2025-01-03", -100, "payout", source="po_1")
    ledger.transaction("txn_3", "2025-01-04", 100, "payout_reversal", source="po_1")

    assert reports.lines(ITEMIZED, *JANUARY, columns=["balance_transaction_id"]) == ['"txn_1"']


def test_a_file_quotes_header_and_cells_and_leaves_null_empty(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-02 03:04:05", 10000, "charge", fee=320, description='For "Zoë",\nwith love')
    ledger.transaction("txn_2", "2025-01-03 03:04:05", -5, "fee", description="")
    ledger.transaction("txn_3", "2025-01-04 03:04:05", 7, "other_adjustment", available_on="2025-01-06")

    file = reports.csv("balance_change_from_activity.itemized.1", *JANUARY)

    assert file == csv(
        '"balance_transaction_id","created_utc","available_on_utc","currency","gross","fee","net",'
        '"reporting_category","description"',
        '"txn_1","2025-01-02 03:04:05","2025-01-02 03:04:05","usd","100.00","3.20","96.80","charge","For ""Zoë"",',
        'with love"',
        '"txn_2","2025-01-03 03:04:05","2025-01-03 03:04:05","usd","-0.05","0.00","-0.05","fee",""',
        '"txn_3","2025-01-04 03:04:05","2025-01-06 00:00:00","usd","0.07","0.00","0.07","other_adjustment",',
    )
    assert reports.rows == 3


def test_rows_are_ordered_by_time_and_then_by_the_bytes_of_their_ids(ledger: SmallLedger, reports: Reports) -> None:
    for id in ("txn_b", "txn_B", "txn_a", "txn_é", "txn_10", "txn_9"):
        ledger.transaction(id, "2025-01-02", 100, "charge")
    ledger.transaction("txn_z", "2025-01-01", 100, "charge")

    lines = reports.lines(ITEMIZED, *JANUARY, columns=["balance_transaction_id"])

    assert lines == ['"txn_z"', '"txn_10"', '"txn_9"', '"txn_B"', '"txn_a"', '"txn_b"', '"txn_é"']


def test_local_times_follow_daylight_saving_on_both_edges(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-03-09 06:59:59", 100, "charge")
    ledger.transaction("txn_2", "2025-03-09 07:00:00", 100, "charge")
    ledger.transaction("txn_3", "2025-11-02 05:59:59", 100, "charge")
    ledger.transaction("txn_4", "2025-11-02 06:00:00", 100, "charge")

    lines = reports.lines(
        ITEMIZED, "2025-01-01", "2026-01-01", columns=["created_utc", "created"], timezone="America/New_York"
    )

    assert lines == [
        '"2025-03-09 06:59:59","2025-03-09 01:59:59"',
        '"2025-03-09 07:00:00","2025-03-09 03:00:00"',
        '"2025-11-02 05:59:59","2025-11-02 01:59:59"',
        '"2025-11-02 06:00:00","2025-11-02 01:00:00"',
    ]


def test_amounts_have_the_decimals_of_their_currency(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-01", -1, "charge", fee=1000, currency="jpy")
    ledger.transaction("txn_2", "2025-01-02", -1, "charge", fee=1500, currency="kwd")
    ledger.transaction("txn_3", "2025-01-03", -1, "charge", fee=1000, currency="eur")

    lines = reports.lines(ITEMIZED, *JANUARY, columns=["gross", "fee", "net"])

    assert lines == ['"-1","1000","-1001"', '"-0.001","1.500","-1.501"', '"-0.01","10.00","-10.01"']


def test_amounts_use_the_decimal_separator_that_was_asked_for(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-01", 123456, "charge", description="1.5")

    lines = reports.lines(ITEMIZED, *JANUARY, columns=["gross", "description"], decimal_separator=",")

    assert lines == ['"1234,56","1.5"']


def test_rows_can_be_filtered_by_currency_and_category(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-01", 100, "charge", currency="usd")
    ledger.transaction("txn_2", "2025-01-01", 100, "charge", currency="eur")
    ledger.transaction("txn_3", "2025-01-01", -100, "refund", currency="eur")

    def ids(**filters: str) -> list[str]:
        return reports.lines(ITEMIZED, *JANUARY, columns=["balance_transaction_id"], **filters)

    assert ids(currency="eur") == ['"txn_2"', '"txn_3"']
    assert ids(reporting_category="charge") == ['"txn_1"', '"txn_2"']
    assert ids(currency="eur", reporting_category="refund") == ['"txn_3"']
    assert ids(currency="gbp") == []


def test_an_interval_without_rows_gives_the_header_alone(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-03-01", 100, "charge")

    assert reports.csv(ITEMIZED, *JANUARY, columns=["net", "created"]) == '"net","created"\n'
    assert reports.csv(SUMMARY, *JANUARY, columns=["net", "currency"]) == '"net","currency"\n'
    assert reports.rows == 0


def test_an_account_sees_only_its_own_rows_and_what_they_are_about(ledger: SmallLedger, reports: Reports) -> None:
    for account, email in ((PLATFORM, "platform@example.com"), (SHOP, "shop@example.com")):
        ledger.transaction("txn_1", "2025-01-01", 100, "charge", source="ch_1", account=account)
        ledger.add("charges", account=account, id="ch_1", amount=100, currency="usd", customer_id="cus_1")
        ledger.add("customers", account=account, id="cus_1", email=email)
    ledger.transaction("txn_2", "2025-01-02", 100, "charge", source="ch_2", account=SHOP)

    columns = ["balance_transaction_id", "customer_email"]

    assert reports.lines(ITEMIZED, *JANUARY, columns=columns) == ['"txn_1","platform@example.com"']
    assert reports.lines(ITEMIZED, *JANUARY, columns=columns, account=SHOP) == [
        '"txn_1","shop@example.com"',
        '"txn_2",',
    ]


def test_a_refund_and_a_dispute_are_about_the_charge_that_they_are_of(ledger: SmallLedger, reports: Reports) -> None:
    ledger.add(
        "charges",
        id="ch_1",
        amount=9000,
        currency="eur",
        created="2024-12-24 10:00:00",
        payment_intent_id="pi_1",
        customer_id="cus_gone",
        statement_descriptor="ACME",
        shipping_address_city="Oslo",
    )
    ledger.add("refunds", id="re_1", amount=3000, currency="eur", charge_id="ch_1")
    ledger.add("disputes", id="dp_1", amount=9000, currency="eur", charge_id="ch_1", reason="fraudulent")
    ledger.transaction("txn_1", "2025-01-01", 10000, "charge", source="ch_1")
    ledger.transaction("txn_2", "2025-01-02", -3333, "refund", source="re_1")
    ledger.transaction("txn_3", "2025-01-03", 3333, "refund_failure", source="re_1")
    ledger.transaction("txn_4", "2025-01-04", -10000, "dispute", source="dp_1")
    ledger.transaction("txn_5", "2025-01-05", 10000, "dispute_reversal", source="dp_1")
    ledger.transaction("txn_6", "2025-01-06", -100, "fee")

    columns = (
        "customer_facing_amount customer_facing_currency charge_id charge_created payment_intent_id customer_id "
        "customer_email statement_descriptor shipping_address_city dispute_reason"
    ).split()
    lines = reports.lines(ITEMIZED, *JANUARY, columns=columns)

    about = '"eur","ch_1","2024-12-24 10:00:00","pi_1","cus_gone",,"ACME","Oslo"'
    assert lines == [
        f'"90.00",{about},',
        f'"-30.00",{about},',
        f'"30.00",{about},',
        f'"-90.00",{about},"fraudulent"',
        f'"90.00",{about},"fraudulent"',
        ",,,,,,,,,",
    ]


def test_metadata_is_the_payment_intents_and_the_charges_only_when_that_has_none(
    ledger: SmallLedger, reports: Reports
) -> None:
    intents = {1: '{"order": "from intent"}', 2: "{}", 3: None, 4: '{"other": "x"}', 5: '{"order": "=1+1"}'}
    for number, metadata in intents.items():
        ledger.transaction(f"txn_{number}", "2025-01-01", 100, "charge", source=f"ch_{number}")
        ledger.add(
            "charges",
            id=f"ch_{number}",
            amount=100,
            currency="usd",
            payment_intent_id=f"pi_{number}",
            metadata='{"order": "from charge"}',
        )
        ledger.add("payment_intents", id=f"pi_{number}", amount=100, currency="usd", metadata=metadata)

    lines = reports.lines(ITEMIZED, *JANUARY, columns=["payment_metadata[order]"])

    assert lines == ['"from intent"', '"from charge"', '"from charge"', "", '"=1+1"']


def test_a_metadata_key_may_be_any_text(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-01", -100, "refund", source="re_1")
    ledger.add(
        "refunds",
        id="re_1",
        amount=100,
        currency="usd",
        metadata=r"""{"a\"b": "1", "it's": "2", "x/y~z": "3", "A[0]": "4", "$.a": "5", "Key": "6", "KEY": "7",
        "-- {key}": "8", "key": "9"}""",
    )
    keys = ['a"b', "it's", "x/y~z", "A[0]", "$.a", "Key", "KEY", "-- {key}", "key", "absent"]

    file = reports.csv(ITEMIZED, *JANUARY, columns=[f"refund_metadata[{key}]" for key in keys])

    assert file == csv(
        '"refund_metadata[a""b]","refund_metadata[it\'s]","refund_metadata[x/y~z]","refund_metadata[A[0]]",'
        '"refund_metadata[$.a]","refund_metadata[Key]","refund_metadata[KEY]","refund_metadata[-- {key}]",'
        '"refund_metadata[key]","refund_metadata[absent]"',
        '"1","2","3","4","5","6","7","8","9",',
    )


def test_a_card_is_described_by_the_charge_else_by_the_payment_method_else_by_the_card(
    ledger: SmallLedger, reports: Reports
) -> None:
    for number in (1, 2, 3, 4):
        ledger.transaction(f"txn_{number}", "2025-01-01", 100, "charge", source=f"ch_{number}")
    charge: dict[str, Any] = {"amount": 100, "currency": "usd"}
    ledger.add("charges", id="ch_1", payment_method_type="card", card_brand="visa", card_funding="debit", **charge)
    ledger.add("charges", id="ch_2", payment_method_id="pm_2", billing_address_city="Bonn", **charge)
    ledger.add("payment_methods", id="pm_2", type="card")
    ledger.add("payment_method_cards", payment_method_id="pm_2", brand="amex", funding="credit", wallet_type="link")
    ledger.add("charges", id="ch_3", card_id="card_3", billing_address_city="Bonn", **charge)
    ledger.add("cards", id="card_3", brand="JCB", funding="credit", country="JP", address_line1="1-1 Chiyoda")
    ledger.add("charges", id="ch_4", payment_method_id="pm_gone", **charge)

    columns = "payment_method_type is_link card_brand card_funding card_country card_address_line1 card_address_city"
    lines = reports.lines(ITEMIZED, *JANUARY, columns=columns.split())

    assert lines == [
        '"card","false","visa","debit",,,',
        '"card","true","amex","credit",,,"Bonn"',
        ',"false","JCB","credit","JP","1-1 Chiyoda",',
        ",,,,,,",
    ]


def test_a_subscription_is_the_invoices_else_the_one_whose_latest_invoice_it_is(
    ledger: SmallLedger, reports: Reports
) -> None:
    for number in (1, 2, 3):
        ledger.transaction(f"txn_{number}", "2025-01-01", 100, "charge", source=f"ch_{number}")
        ledger.add("charges", id=f"ch_{number}", amount=100, currency="usd", invoice_id=f"in_{number}")
    ledger.add("invoices", id="in_1", number="A-1", subscription_id="sub_1")
    ledger.add("invoices", id="in_2", number="A-2")
    for subscription in ("sub_3", "sub_2"):
        ledger.add("subscriptions", id=subscription, latest_invoice_id="in_2")

    lines = reports.lines(ITEMIZED, *JANUARY, columns=["invoice_id", "invoice_number", "subscription_id"])

    assert lines == ['"in_1","A-1","sub_1"', '"in_2","A-2","sub_2"', '"in_3",,']


def test_a_connect_movement_names_its_counterparty(ledger: SmallLedger, reports: Reports) -> None:
    ledger.add("transfers", id="tr_1", amount=100, currency="usd", destination_id="acct_1", metadata='{"why": "share"}')
    ledger.add("accounts", id="acct_1", business_name="Shop One", country="FR")
    ledger.transaction("txn_1", "2025-01-01", -100, "transfer", source="tr_1", connected_account_id="acct_2")
    ledger.transaction("txn_2", "2025-01-02", 50, "platform_earning", source="fee_1", connected_account_id="acct_2")

    columns = "connected_account_id connected_account_name connected_account_country connected_account_direct_charge_id"
    lines = reports.lines(ITEMIZED, *JANUARY, columns=[*columns.split(), "transfer_metadata[why]"])

    assert lines == ['"acct_1","Shop One","FR",,"share"', '"acct_2",,,,']


def test_an_automatic_payout_is_named_and_a_manual_one_is_not(ledger: SmallLedger, reports: Reports) -> None:
    for number in (1, 2, 3, 4, 5):
        ledger.transaction(f"txn_{number}", "2025-01-01", 100, "charge", payout_id="po_3" if number == 3 else None)
    ledger.payout("po_1", "2025-01-02", "2025-01-04", 100)
    ledger.payout("po_2", "2025-01-02", "2025-01-02", 100, automatic=False)
    ledger.payout("po_3", "2025-01-05", "2025-01-07", 100)
    ledger.link("po_1", "txn_1")
    ledger.link("po_2", "txn_2")
    ledger.link("po_gone", "txn_4")
    ledger.link("po_3", "txn_5")
    ledger.link("po_1", "txn_5")
    ledger.link("po_0_gone", "txn_5")

    lines = reports.lines(
        ITEMIZED,
        *JANUARY,
        columns=["balance_transaction_id", "automatic_payout_id", "automatic_payout_effective_at"],
        timezone="Asia/Tokyo",
    )

    assert lines == [
        '"txn_1","po_1","2025-01-04 09:00:00"',
        '"txn_2",,',
        '"txn_3","po_3","2025-01-07 09:00:00"',
        '"txn_4",,',
        '"txn_5","po_1","2025-01-04 09:00:00"',
    ]


def test_a_summary_counts_and_sums_by_category_with_a_total_for_each_currency(
    ledger: SmallLedger, reports: Reports
) -> None:
    ledger.transaction("txn_1", "2025-01-01", 10000, "charge", fee=320)
    ledger.transaction("txn_2", "2025-01-02", 20000, "charge", fee=610)
    ledger.transaction("txn_3", "2025-01-03", -10000, "refund")
    ledger.transaction("txn_4", "2025-01-04", -15, "zebra")
    ledger.transaction("txn_5", "2025-01-05", 900, "charge", fee=36, currency="jpy")

    file = reports.csv(SUMMARY, *JANUARY)

    assert file == csv(
        '"reporting_category","currency","count","gross","fee","net"',
        '"charge","jpy","1","900","36","864"',
        '"total","jpy","1","900","36","864"',
        '"charge","usd","2","300.00","9.30","290.70"',
        '"refund","usd","1","-100.00","0.00","-100.00"',
        '"zebra","usd","1","-0.15","0.00","-0.15"',
        '"total","usd","4","199.85","9.30","190.55"',
    )


def test_rows_of_a_summary_do_not_depend_on_the_columns_asked_for(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-01", 100, "charge", currency="usd")
    ledger.transaction("txn_2", "2025-01-01", 100, "charge", currency="eur")
    ledger.transaction("txn_3", "2025-01-01", 50, "refund", currency="eur")

    assert reports.csv(SUMMARY, *JANUARY, columns=["net", "count"]) == csv(
        '"net","count"', '"1.00","1"', '"0.50","1"', '"1.50","2"', '"1.00","1"', '"1.00","1"'
    )


@pytest.mark.parametrize("total_rows", [True, False])
def test_total_rows_can_be_left_out(ledger: SmallLedger, tmp_path: Path, total_rows: bool) -> None:
    ledger.transaction("txn_1", "2025-01-01", 100, "charge")
    reports = Reports(ledger, tmp_path, total_rows=total_rows)

    lines = reports.lines(SUMMARY, *JANUARY, columns=["reporting_category"])

    assert lines == ['"charge"', '"total"'][: 1 + total_rows]
    reports.engine.close()
