"""What must hold over any books: taxes, revenue and the overview computed in plain Python, and sums that agree."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.drawn_books import BY, SHOPS, balances, entries, instants, movements
from tests.engine.stories import BOUNDED, DAY, FIRST
from tests.support.reference import decimal_text
from tests.support.row_ledger import Reports, SmallLedger

SUMMARY = "revenue_recognition.debit_credit_summary.1"


def cells(line: str) -> list[str]:
    return [cell.strip('"') for cell in line.split(",")]


@BOUNDED
@given(entries, instants)
def test_revenue_adds_up_in_every_report(rows: list[dict[str, Any]], between: list[int]) -> None:
    start, middle, end = between
    with tempfile.TemporaryDirectory() as folder:
        ledger = SmallLedger(Path(folder) / "ledger")
        for number, row in enumerate(rows):
            ledger.add("revenue_entries", id=f"e_{number}", **{**row, "created": _text(row["created"])})
        reports = Reports(ledger, Path(folder))

        def sums(report_type: str, start: int, end: int, *columns: str) -> dict[tuple[str, ...], int]:
            """Minor units by the cells of these columns."""
            found: dict[tuple[str, ...], int] = defaultdict(int)
            for line in reports.lines(report_type, _text(start), _text(end), columns=[*columns, "amount"]):
                *key, amount = cells(line)
                found[tuple(key)] += int(amount.replace(".", ""))
            return dict(found)

        columns = ("currency", "debit", "credit")
        whole = sums(SUMMARY, start, end, *columns)
        within = [row for row in rows if start <= row["created"] < end]

        assert whole == _summed(within, *columns)
        assert whole == _added(sums(SUMMARY, start, middle, *columns), sums(SUMMARY, middle, end, *columns))
        assert whole == sums("revenue_recognition.debit_credit_by_invoice.1", start, end, *columns)
        for name, column in BY.items():
            by_object = sums(f"revenue_recognition.debit_credit_by_{name}.1", start, end, column, *columns)
            assert by_object == _summed(within, column, *columns)
        reports.engine.close()


@BOUNDED
@given(balances, movements, st.integers(8, 21))
def test_the_overview_is_what_plain_python_finds(
    standing: list[tuple[str, int, int]], moved: list[tuple[str, int, int, str]], days: int
) -> None:
    end = FIRST + days * DAY
    with tempfile.TemporaryDirectory() as folder:
        ledger = SmallLedger(Path(folder) / "ledger")
        for account, day, balance in standing:
            ledger.add(
                "account_balances", account=account, created=_text(FIRST + day * DAY), currency="usd", balance=balance
            )
        for number, (account, created, amount, category) in enumerate(moved):
            ledger.transaction(f"txn_{number}", _text(created), amount, category, account=account)
        reports = Reports(ledger, Path(folder))

        lines = reports.lines("connect.negative_balance_refunds_disputes_overview.1", end=_text(end), connected=SHOPS)

        printed = [(cells(line)[0], cells(line)[4], *cells(line)[7:10], *cells(line)[11:13]) for line in lines]
        assert printed == list(_overview(standing, moved, end))
        reports.engine.close()


def _overview(standing: Any, moved: Any, end: int) -> Iterator[tuple[str, ...]]:
    for shop in SHOPS:
        days = {FIRST + day * DAY: balance for account, day, balance in standing if account == shop}
        known = [at for at in days if at <= end]
        before = [at for at in days if at <= end - DAY]
        balance = days[max(known)] if known else None
        change = balance - days[max(before)] if before and balance is not None else None

        def within(category: str, first: int, last: int, shop: str = shop) -> int:
            return -sum(  # type: ignore[no-any-return]
                amount
                for account, created, amount, kind in moved
                if (account, kind) == (shop, category) and first <= created < last
            )

        week = [
            within(category, end - weeks * 7 * DAY, end - (weeks - 1) * 7 * DAY)
            for category in ("refund", "dispute")
            for weeks in (1, 2)
        ]
        if (balance is not None and balance < 0) or week[0] > 0 or week[2] > 0:
            yield (shop, *("" if one is None else decimal_text(one, "usd") for one in (balance, change, *week)))


def _summed(rows: list[dict[str, Any]], *columns: str) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = defaultdict(int)
    for row in rows:
        found[tuple(row[column] or "" for column in columns)] += row["amount"]
    return dict(found)


def _added(one: dict[tuple[str, ...], int], other: dict[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in one | other}


def _text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
