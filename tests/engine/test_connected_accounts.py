"""The connected accounts' twins: the same reports over the rows of other accounts."""

from __future__ import annotations

import pytest

from tests.support.row_ledger import PLATFORM, SHOP, Reports, SmallLedger

OTHER = "acct_other"
STRANGER = "acct_stranger"
CONNECTED = (SHOP, OTHER)
ITEMIZED = "connected_account_balance_change_from_activity.itemized.3"
JANUARY = ("2025-01-01", "2025-02-01")


@pytest.fixture(autouse=True)
def four_accounts(ledger: SmallLedger) -> None:
    for account, amount in ((PLATFORM, 100), (SHOP, 200), (OTHER, 300), (STRANGER, 400)):
        ledger.transaction("txn_1", "2025-01-01", amount, "charge", source="ch_1", account=account)
        ledger.transaction("txn_2", "2025-01-02", -amount, "payout", source="po_1", account=account)
        ledger.payout("po_1", "2025-01-02", "2025-01-04", amount, account=account, description=f"Payout of {account}")
        ledger.link("po_1", "txn_1", "txn_2", account=account)
        ledger.add("charges", account=account, id="ch_1", amount=amount, currency="usd", customer_id=f"cus_{account}")


def test_the_accounts_that_are_connected_to_the_caller_are_listed_and_no_other(reports: Reports) -> None:
    columns = ["connected_account", "net", "customer_id", "automatic_payout_id"]

    assert sorted(reports.lines(ITEMIZED, *JANUARY, columns=columns, connected=CONNECTED)) == [
        '"acct_other","3.00","cus_acct_other","po_1"',
        '"acct_shop","2.00","cus_acct_shop","po_1"',
    ]


def test_rows_of_two_accounts_with_one_id_have_an_order_of_their_own(ledger: SmallLedger, reports: Reports) -> None:
    accounts = [f"acct_{number:02}" for number in range(40)]
    for account in reversed(accounts):
        ledger.transaction("txn_9", "2025-01-05", 100, "charge", account=account)

    lines = reports.lines(ITEMIZED, "2025-01-05", "2025-01-06", columns=["connected_account"], connected=accounts)

    assert lines == [f'"{account}"' for account in accounts]


def test_one_account_can_be_asked_for(reports: Reports) -> None:
    columns = ["connected_account", "net", "customer_id"]

    assert reports.lines(ITEMIZED, *JANUARY, columns=columns, connected_account=SHOP) == [
        '"acct_shop","2.00","cus_acct_shop"'
    ]


def test_several_accounts_can_be_asked_for(reports: Reports) -> None:
    lines = reports.lines(ITEMIZED, *JANUARY, columns=["connected_account"], connected_accounts=[OTHER, SHOP])

    assert sorted(lines) == ['"acct_other"', '"acct_shop"']


def test_without_connected_accounts_there_are_no_rows(reports: Reports) -> None:
    assert reports.lines(ITEMIZED, *JANUARY, connected=()) == []
    assert reports.lines("connected_account_balance.summary.1", *JANUARY, connected=()) == []


def test_payouts_of_two_accounts_with_one_id_stay_apart(reports: Reports) -> None:
    columns = ["connected_account", "gross", "payout_description"]

    lines = reports.lines("connected_account_payouts.itemized.3", *JANUARY, columns=columns, connected=CONNECTED)

    assert sorted(lines) == ['"acct_other","3.00","Payout of acct_other"', '"acct_shop","2.00","Payout of acct_shop"']


def test_a_twins_summary_adds_the_accounts_up(reports: Reports) -> None:
    assert reports.lines("connected_account_payouts.summary.1", *JANUARY, connected=CONNECTED) == [
        '"payout","usd","2","5.00","0.00","5.00"',
        '"total","usd","2","5.00","0.00","5.00"',
    ]
    assert reports.lines(
        "connected_account_balance.summary.1", *JANUARY, columns=["net_amount"], connected=CONNECTED
    ) == [
        '"0.00"',
        '"5.00"',
        '"-5.00"',
        '"0.00"',
    ]


def test_a_payout_of_one_account_is_not_that_of_another(reports: Reports) -> None:
    columns = ["connected_account", "net"]

    lines = reports.lines(
        "connected_account_payout_reconciliation.by_id.itemized.4",
        payout="po_1",
        connected_account=SHOP,
        columns=columns,
    )

    assert lines == ['"acct_shop","2.00"']
