"""A report that is empty because a table is missing says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

RECONCILIATION = ("run", "payout_reconciliation.itemized.5", "--columns", "balance_transaction_id,automatic_payout_id")

INSTEAD = "`payout_id` on balance transactions serves as well as payout_balance_transactions."


@pytest.fixture
def load(reportrun: Cli, tmp_path: Path) -> Cli:
    """Loads lines of CSV into a table."""

    def load_lines(table: str, *lines: str) -> tuple[int, str, str]:
        path = tmp_path / f"{table}.csv"
        path.write_text("".join(f"{line}\n" for line in lines))
        return reportrun("load", table, str(path))

    return load_lines


TRANSACTION = (
    "id,amount,fee,net,currency,created,available_on,type",
    "txn_1,100,0,100,usd,2025-01-01,2025-01-02,charge",
)
WITH_PAYOUT = (f"{TRANSACTION[0]},payout_id", f"{TRANSACTION[1]},po_1")
PAYOUT = (
    "id,amount,currency,created,arrival_date,automatic,status",
    "po_1,100,usd,2025-01-01 12:00:00,2025-01-01,true,paid",
)


def test_a_run_and_the_doctor_name_the_tables_that_a_report_needs(reportrun: Cli, load: Cli) -> None:
    load("balance_transactions", *TRANSACTION)

    code, out, err = reportrun(*RECONCILIATION)

    assert (code, out) == (0, '"balance_transaction_id","automatic_payout_id"\n')
    assert err.splitlines()[1:] == [
        "The report is empty, as the test ledger has no rows of payouts and payout_balance_transactions. "
        f"`reportrun load` loads them. {INSTEAD}"
    ]
    assert (
        "look  The test ledger has no rows of payouts and payout_balance_transactions, without which payout "
        f"reconciliation reports are empty. `reportrun load` loads them. {INSTEAD}\n"
    ) in reportrun("doctor")[1]


def test_payouts_alone_are_not_enough(reportrun: Cli, load: Cli) -> None:
    load("balance_transactions", *TRANSACTION)
    load("payouts", *PAYOUT)

    assert "has no rows of payout_balance_transactions. " in reportrun(*RECONCILIATION)[2]
    assert "has no rows of payout_balance_transactions, " in reportrun("doctor")[1]


@pytest.mark.parametrize("transaction", [TRANSACTION, WITH_PAYOUT])
def test_a_ledger_that_links_its_payouts_is_not_remarked_on(
    reportrun: Cli, load: Cli, transaction: tuple[str, str]
) -> None:
    load("balance_transactions", *transaction)
    load("payouts", *PAYOUT)
    if transaction is TRANSACTION:
        load("payout_balance_transactions", "payout_id,balance_transaction_id", "po_1,txn_1")

    code, out, err = reportrun(*RECONCILIATION)

    assert (code, out.splitlines()[1:]) == (0, ['"txn_1","po_1"'])
    assert err.count("\n") == 1
    assert "has no rows of" not in reportrun("doctor")[1]


def test_an_empty_report_of_a_ledger_with_all_tables_is_just_empty(reportrun: Cli, load: Cli) -> None:
    load("balance_transactions", *WITH_PAYOUT)
    load("payouts", *PAYOUT)

    code, _, err = reportrun(*RECONCILIATION, "--currency", "EUR")

    assert (code, err.count("\n")) == (0, 1)
