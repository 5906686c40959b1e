"""A small ledger as CSV files: January 2025 of one shop, the same every time."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

JANUARY_START = 1_735_689_600
JANUARY_END = 1_738_368_000
DAY = 86_400

_TRANSACTION = (
    "id amount fee net currency created available_on type reporting_category description source status".split()
)
_PAYOUT = "id amount currency created arrival_date automatic status type method balance_transaction_id".split()


def write_small_ledger(folder: Path) -> dict[str, Path]:
    """Write the files and give them by table.

    A charge of 10.00 usd a day, of which 0.59 is fee; a refund of 4.00 on the 10th; a payout of 50.00 on the 20th.
    """
    charges = [
        _transaction(f"txn_charge_{day:02}", 1000, 59, day * DAY + 3600, "charge", f"ch_{day:02}") for day in range(31)
    ]
    refund = _transaction("txn_refund", -400, 0, 9 * DAY + 7200, "refund", "re_1")
    payout = _transaction("txn_payout", -5000, 0, 19 * DAY + 7200, "payout", "po_1")
    created = JANUARY_START + 19 * DAY
    payouts = [("po_1", 5000, "usd", created, created + DAY, "false", "paid", "bank_account", "standard", "txn_payout")]
    return {
        "balance_transactions": _write(folder, "balance_transactions", _TRANSACTION, [*charges, refund, payout]),
        "payouts": _write(folder, "payouts", _PAYOUT, payouts),
    }


def _transaction(id: str, amount: int, fee: int, second: int, type: str, source: str) -> tuple[object, ...]:
    created = JANUARY_START + second
    return (
        id,
        amount,
        fee,
        amount - fee,
        "usd",
        created,
        created + DAY,
        type,
        type,
        f"{type} {source}",
        source,
        "available",
    )


def _write(folder: Path, table: str, columns: list[str], rows: Sequence[Sequence[object]]) -> Path:
    path = folder / f"{table}.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path
