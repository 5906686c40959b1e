"""How the joins of large reports find their rows, so that a chunk reads only those."""

from __future__ import annotations

import pytest

from domain.ledger.tables import TABLES
from domain.report_types import ReportType, catalogue
from interfaces.engine.definitions.lookup import lookup_of
from interfaces.engine.definitions.report_definition import definition_of
from interfaces.engine.definitions.row_view import row_view

OF_TRANSACTIONS = {
    "settlement": "payout_balance_transactions.balance_transaction_id",
    "automatic_payout": "payouts.id",
    "refund": "refunds.id",
    "dispute": "disputes.id",
    "charge": "charges.id",
    "customer": "customers.id",
    "payment_intent": "payment_intents.id",
    "payment_method": "payment_methods.id",
    "payment_method_card": "payment_method_cards.payment_method_id",
    "card": "cards.id",
    "invoice": "invoices.id",
    "subscription": "subscriptions.latest_invoice_id",
    "transfer": "transfers.id",
    "counterparty": "accounts.id",
}


def lookups_in(view: str) -> dict[str, str | None]:
    found = {alias: lookup_of(join) for alias, join in row_view(view).joins.items()}
    return {alias: f"{one.table.name}.{one.column}" if one else None for alias, one in found.items()}


def test_every_join_of_a_transaction_is_a_lookup() -> None:
    assert lookups_in("activity") == OF_TRANSACTIONS


def test_a_join_by_a_computed_column_is_no_lookup() -> None:
    assert lookups_in("payouts_of_interval") == {
        "settlement": "payout_balance_transactions.balance_transaction_id",
        "automatic_payout": "payouts.id",
        "naming": None,
        "payout": "payouts.id",
        "reversal": None,
    }


@pytest.mark.parametrize("report_type", list(catalogue()), ids=lambda report_type: report_type.id)
def test_rows_come_from_a_file_that_is_not_named_like_a_table(report_type: ReportType) -> None:
    definition = definition_of(report_type)
    assert definition is not None
    rows = definition.rows

    assert rows not in TABLES
    assert row_view(rows).source.name in TABLES
    assert all(alias not in TABLES for alias in row_view(rows).joins)
