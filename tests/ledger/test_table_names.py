"""Tables go by their own names and by those that connectors give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from application.ports.ledger import LedgerSource
from domain.errors import LedgerRefused
from domain.ledger.tables import TABLES
from interfaces.ledger.sources.table_names import sources_in, table_of, why_left_out


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_known_by_its_own_name_and_in_the_singular(table: str) -> None:
    assert table_of(table) == table
    assert table_of(table.removesuffix("s")) == table


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("subscription_history", "subscriptions"),
        ("Payment-Method-Card", "payment_method_cards"),
        ("payout_balance_transaction", "payout_balance_transactions"),
    ],
)
def test_a_table_is_known_by_the_names_of_connectors(name: str, table: str) -> None:
    assert table_of(name) == table


def test_an_unknown_table_is_answered_with_the_known_ones() -> None:
    with pytest.raises(LedgerRefused, match=r"There is no table 'price'\. The tables are: balance_transactions, "):
        table_of("price")


def test_a_folder_gives_the_files_that_are_named_for_a_table(tmp_path: Path) -> None:
    for name in ("charge.csv", "payouts.v2.parquet", "refunds.jsonl.gz", "price.csv", "charge.txt", "README.md"):
        (tmp_path / name).touch()

    found = sources_in(tmp_path)

    assert found.sources == [
        LedgerSource("charges", tmp_path / "charge.csv"),
        LedgerSource("payouts", tmp_path / "payouts.v2.parquet"),
        LedgerSource("refunds", tmp_path / "refunds.jsonl.gz"),
    ]
    assert found.left_out == [tmp_path / "price.csv"]


def test_a_folder_with_a_history_leaves_the_plain_table_out(tmp_path: Path) -> None:
    for name in ("subscription.csv", "subscription_history.csv"):
        (tmp_path / name).touch()

    found = sources_in(tmp_path)

    assert found.sources == [LedgerSource("subscriptions", tmp_path / "subscription_history.csv")]
    assert found.left_out == [tmp_path / "subscription.csv"]
    assert why_left_out(found.left_out[0]) == (
        "subscription.csv is left out: a history beside it has its rows, and earlier versions of them."
    )


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("_airbyte_raw_balance_transactions.csv", "balance_transactions"),
        ("stripe_charges.parquet", "charges"),
        ("charges_2025.csv", "charges"),
        ("charges-2025-01-01_2025-01-31.jsonl.gz", "charges"),
        ("payouts (1).csv", "payouts"),
        ("refunds_part_2.csv", "refunds"),
        ("Charges-page3.json", "charges"),
        ("Itemized_Payouts_USD_2025-01-01_to_2025-01-31_America-New_York.csv", "payouts"),
        ("Itemized_Payout_reconciliation_USD_2025-01-01_to_2025-01-31_UTC.csv", "balance_transactions"),
    ],
)
def test_a_file_of_a_folder_is_known_by_the_name_that_exports_have(tmp_path: Path, name: str, table: str) -> None:
    (tmp_path / name).touch()

    assert sources_in(tmp_path).sources == [LedgerSource(table, tmp_path / name)]


@pytest.mark.parametrize("name", ["charges_old.csv", "payouts_summary_2025.csv", "charges__refunds.csv", "2025.csv"])
def test_a_file_of_a_folder_that_may_be_another_table_is_left_out(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    assert sources_in(tmp_path).left_out == [tmp_path / name]
