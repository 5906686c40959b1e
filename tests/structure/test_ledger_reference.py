"""The reference of the ledger's tables is the one that the domain gives."""

from __future__ import annotations

from ledger_reference import PAGE, ledger_reference

from domain.ledger.table_uses import TABLE_USES
from domain.ledger.tables import TABLES


def test_the_reference_of_tables_and_columns_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == ledger_reference(), "Run: bash scripts/ledger-reference"


def test_what_a_table_is_needed_for_is_said_of_tables_of_the_ledger() -> None:
    assert TABLE_USES.keys() <= TABLES.keys()
