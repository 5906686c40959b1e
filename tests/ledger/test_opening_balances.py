"""Rows that count before an opening balance are refused by name, or left out of balances by choice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from application.ports.ledger import LedgerSource
from domain.errors import LedgerRefused
from tests.ledger.conftest import Books

FEBRUARY = 1738368000
DAY = 86_400
OPENING = {"currency": "usd", "amount": 50000, "as_of": "2025-02-01"}

Load = Callable[..., Any]


@pytest.fixture
def load(books: Books, csv_file: Callable[..., Path]) -> Load:
    def load(table: str, *rows: dict[str, object], ignore: bool = False) -> Any:
        return books.load(table, csv_file(rows, f"{table}.csv"), ignore_before_opening=ignore)

    return load


def payout(id: str, arrival: int, **but: object) -> dict[str, object]:
    return {
        "id": id, "amount": 500, "currency": "usd", "created": FEBRUARY - DAY, "arrival_date": arrival,
        "automatic": True, "status": "paid", **but,
    }  # fmt: skip


def test_a_row_before_the_opening_balance_is_refused_by_name(
    load: Load, books: Books, transaction: Callable[..., dict[str, object]]
) -> None:
    load("opening_balances", OPENING)

    with pytest.raises(LedgerRefused) as refused:
        load("balance_transactions", transaction(created=FEBRUARY), transaction(id="txn_2", created=FEBRUARY - 1))

    assert str(refused.value) == (
        "balance_transactions.csv, row 2, column created: txn_2 counts at 2025-01-31 23:59:59 UTC, before the opening "
        "balance in usd as of 2025-02-01 00:00:00 UTC, which holds it already. Leave such rows out of the file, or "
        "load with `--before-opening ignore`: balances then leave them out."
    )
    assert books.rows("balance_transactions") == []


def test_a_row_before_the_opening_balance_is_kept_with_a_warning_by_choice(
    load: Load, books: Books, transaction: Callable[..., dict[str, object]]
) -> None:
    load("opening_balances", OPENING)
    rows = [transaction(created=FEBRUARY), transaction(id="txn_2", created=FEBRUARY - 1)]

    outcome = load("balance_transactions", *rows, ignore=True)
    again = load("balance_transactions", *rows)

    assert outcome.warnings == (
        "balance_transactions.csv: 1 row counts before an opening balance, which holds them already, so balances "
        "leave them out, such as txn_2.",
    )
    assert books.rows("balance_transactions", "id") == [("txn_1",), ("txn_2",)]
    assert again.warnings == ()


def test_an_opening_balance_after_rows_of_the_ledger_is_refused(
    load: Load, books: Books, transaction: Callable[..., dict[str, object]]
) -> None:
    load("balance_transactions", transaction(created=FEBRUARY - DAY), transaction(id="txn_2", created=FEBRUARY - 2))

    with pytest.raises(LedgerRefused) as refused:
        load("opening_balances", OPENING)

    assert str(refused.value) == (
        "opening_balances.csv, row 1, column as_of: 2 rows count in the ledger of acct_platform before the opening "
        "balance in usd as of 2025-02-01 00:00:00 UTC, which would hold them already, such as txn_1 at 2025-01-31 "
        "00:00:00 UTC. Give the balance as of an earlier time, or load with `--before-opening ignore`: balances then "
        "leave them out."
    )
    assert books.rows("opening_balances") == []


def test_an_opening_balance_after_rows_of_the_ledger_is_taken_by_choice(
    load: Load, transaction: Callable[..., dict[str, object]]
) -> None:
    load("balance_transactions", transaction(created=FEBRUARY - DAY))

    outcome = load("opening_balances", OPENING, ignore=True)
    again = load("opening_balances", {**OPENING, "amount": 60000})

    assert len(outcome.warnings) == 1
    assert again.warnings == ()


def test_both_in_one_load_are_compared(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    early = csv_file([transaction(created=FEBRUARY - 1)], "balance_transactions.csv")
    opening = csv_file([OPENING], "opening_balances.csv")

    with pytest.raises(LedgerRefused, match=r"balance_transactions\.csv, row 1"):
        books.load_all([LedgerSource("balance_transactions", early), LedgerSource("opening_balances", opening)])


@pytest.mark.parametrize("but", [{"currency": "eur"}, {"account": "acct_shop"}, {"created": FEBRUARY}])
def test_opening_balances_of_others_refuse_nothing(
    load: Load, transaction: Callable[..., dict[str, object]], but: dict[str, object]
) -> None:
    load("opening_balances", OPENING)

    load("balance_transactions", transaction(**({"created": FEBRUARY - 1} | but)))


def test_an_automatic_payout_counts_when_it_arrives(load: Load, transaction: Callable[..., dict[str, object]]) -> None:
    """It left the balance after the opening, so the opening balance does not hold it, although it is older."""
    load("opening_balances", OPENING)
    load("payouts", payout("po_late", FEBRUARY + DAY), payout("po_early", FEBRUARY - 1))
    older = {"type": "payout", "created": FEBRUARY - DAY}

    load("balance_transactions", transaction(id="txn_late", source="po_late", **older))

    with pytest.raises(LedgerRefused, match="txn_early counts at 2025-01-31 23:59:59 UTC"):
        load("balance_transactions", transaction(id="txn_early", source="po_early", **older))


def test_a_payout_that_names_its_transaction_says_when_it_counts(
    load: Load, transaction: Callable[..., dict[str, object]]
) -> None:
    load("opening_balances", OPENING)
    load("payouts", payout("po_late", FEBRUARY + DAY, balance_transaction_id="txn_late"))

    load("balance_transactions", transaction(id="txn_late", source="", type="payout", created=FEBRUARY - DAY))


def test_an_opening_balance_can_be_changed_and_taken_back(load: Load, books: Books) -> None:
    load("opening_balances", OPENING, {**OPENING, "currency": "eur"})

    load("opening_balances", {**OPENING, "as_of": "2025-03-01", "amount": 7})
    load("opening_balances", {**OPENING, "currency": "eur", "deleted": "true"})

    assert books.rows("opening_balances", "currency, amount, as_of") == [("usd", "7", "2025-03-01 00:00:00+00")]


def test_a_row_that_was_let_in_and_moves_back_is_looked_at_again(
    load: Load, transaction: Callable[..., dict[str, object]]
) -> None:
    load("opening_balances", OPENING)
    load("balance_transactions", transaction(created=FEBRUARY))

    with pytest.raises(LedgerRefused, match="txn_1 counts at 2025-01-31 23:59:59 UTC"):
        load("balance_transactions", transaction(created=FEBRUARY - 1))


def test_an_amount_in_major_units_is_refused(load: Load) -> None:
    with pytest.raises(LedgerRefused, match=r"column amount: '500\.00' is not a whole number"):
        load("opening_balances", {**OPENING, "amount": "500.00"})


def test_opening_balances_that_cannot_be_read_do_not_block_a_load(
    load: Load, books: Books, transaction: Callable[..., dict[str, object]]
) -> None:
    load("opening_balances", OPENING)
    for file in books.ledger.files(books.pinned, "opening_balances"):
        Path(file).unlink()

    outcome = load("balance_transactions", transaction(created=FEBRUARY - 1))

    assert outcome.warnings == (
        "opening_balances cannot be read, so no row was compared with the opening balances. Run `reportrun doctor`.",
    )
