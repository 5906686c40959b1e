"""Real exports load whole, and loading them again changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from interfaces.ledger.sources.table_names import sources_in
from tests.ledger.conftest import Books

DATA = Path(__file__).parents[2].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs the shared data next to the repository")


@pytest.mark.parametrize(
    ("folder", "rows"),
    [
        (
            "connector_export",
            {
                "accounts": 1,
                "balance_transactions": 9,
                "cards": 11,
                "charges": 16,
                "credit_notes": 2,
                "customers": 12,
                "disputes": 12,
                "invoices": 2,
                "payment_intents": 11,
                "payment_method_cards": 11,
                "payment_methods": 13,
                "payout_balance_transactions": 15,
                "payouts": 15,
                "refunds": 4,
                "subscriptions": 2,
                "transfers": 10,
            },
        ),
        (
            "ledger",
            {
                "accounts": 4,
                "balance_transactions": 20_000,
                "cards": 6_122,
                "charges": 19_457,
                "customers": 2_500,
                "disputes": 46,
                "invoices": 5_333,
                "payment_intents": 19_457,
                "payment_method_cards": 6_122,
                "payment_methods": 6_122,
                "payout_balance_transactions": 19_035,
                "payouts": 196,
                "refunds": 1_060,
                "subscriptions": 800,
                "transfers": 200,
            },
        ),
        (
            "stripe_objects",
            dict.fromkeys(
                (
                    "accounts",
                    "balance_transactions",
                    "charges",
                    "customers",
                    "disputes",
                    "invoices",
                    "payment_intents",
                    "payouts",
                    "refunds",
                    "subscriptions",
                    "transfers",
                ),
                1,
            ),
        ),
    ],
)
def test_every_row_of_an_export_loads_and_loading_it_again_changes_nothing(
    books: Books, folder: str, rows: dict[str, int]
) -> None:
    sources = sources_in(DATA / folder).sources

    first = books.load_all(sources)
    again = books.load_all(sources)

    assert {file.table: file.inserted for file in first.files} == rows
    assert {file.table: len(books.rows(file.table, "account")) for file in first.files} == rows
    assert {file.table: file.unchanged + file.deleted for file in again.files} == rows
    assert again.tables == first.tables


def test_the_plain_table_of_a_history_loads_alone(books: Books) -> None:
    outcome = books.load("subscriptions", DATA / "connector_export" / "subscription.csv")

    assert outcome.files[0].inserted == 2
