"""What must hold over any ledger: the same reports computed in plain Python, and the identities between reports."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hypothesis import given

from tests.engine.stories import BLOCK, BOUNDED, Story, StoryReports, Transaction, stories
from tests.support.reference import decimal_text


@BOUNDED
@given(stories())
def test_balances_are_those_that_plain_python_finds(story: Story) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = StoryReports(story, Path(folder))
        start, middle, end = story.instants

        whole, first, second = made.balances(start, end), made.balances(start, middle), made.balances(middle, end)

        assert whole == _balances(story, start, end)
        assert first == _balances(story, start, middle)
        assert second == _balances(story, middle, end)
        assert all(first[currency][3] == second[currency][0] for currency in first)
        made.close()


@BOUNDED
@given(stories())
def test_the_gross_and_fee_lines_of_balances_add_up_to_the_net_ones(story: Story) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = StoryReports(story, Path(folder))
        start, _, end = story.instants
        columns = ["currency", "category", "net_amount"]

        without_fees = made.rows("balance.summary.1", start, end, columns)
        with_fees = made.rows("balance.summary.2", start, end, columns)

        net = ("starting_balance", "activity", "payouts", "ending_balance")
        minor = {(currency, line): int(amount.replace(".", "")) for currency, line, amount in with_fees}
        assert [row for row in with_fees if row[1] in net] == without_fees
        for currency in {currency for currency, *_ in without_fees}:
            for line in ("activity", "payouts"):
                parts = minor[currency, f"{line}_gross"] + minor.get((currency, f"{line}_fee"), 0)
                assert parts == minor[currency, line]
        made.close()


@BOUNDED
@given(stories())
def test_itemized_reports_hold_the_rows_that_plain_python_finds(story: Story) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = StoryReports(story, Path(folder))
        start, _, end = story.instants
        columns = ["balance_transaction_id", "gross", "fee", "net"]

        activity = made.rows("balance_change_from_activity.itemized.3", start, end, columns)
        payouts = made.rows("payouts.itemized.3", start, end, columns)
        settled = made.rows("payout_reconciliation.itemized.5", start, end, columns)
        waiting = made.rows("ending_balance_reconciliation.itemized.4", None, end, columns)

        def created(row: Transaction) -> int:
            return row.created

        def arrival(row: Transaction) -> int:
            payout = story.settled(row)
            return payout.arrival if payout else end

        assert activity == _lines([row for row in story.activity if start <= row.created < end], created)
        assert payouts == _lines(
            [row for row in story.moved if start <= story.effective(row) < end], story.effective, -1
        )
        assert settled == _lines([row for row in story.activity if start <= arrival(row) < end], arrival)
        assert waiting == _lines([row for row in story.activity if row.created < end <= arrival(row)], created)
        made.close()


@BOUNDED
@given(stories())
def test_a_summary_is_the_sum_of_its_rows_and_two_intervals_are_the_one_around_them(story: Story) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = StoryReports(story, Path(folder))
        start, middle, end = story.instants
        columns = ["currency", "reporting_category", "net"]

        for family in ("balance_change_from_activity", "payouts", "payout_reconciliation"):
            itemized = f"{family}.itemized.{5 if family == 'payout_reconciliation' else 3}"
            whole = made.rows(itemized, start, end, [*columns, "balance_transaction_id"])
            first = made.rows(itemized, start, middle, [*columns, "balance_transaction_id"])
            second = made.rows(itemized, middle, end, [*columns, "balance_transaction_id"])
            summary = made.rows(f"{family}.summary.1", start, end, [*columns, "count"])

            assert first + second == whole
            assert summary == _summed(whole)
        made.close()


def _balances(story: Story, start: int, end: int) -> dict[str, list[str]]:
    found = {}
    for currency in sorted({row.currency for row in story.of_platform if row.created < end}):
        rows = [row for row in story.of_platform if row.currency == currency]
        before = _net(row for row in rows if story.effective(row) < start)
        within = [row for row in rows if start <= story.effective(row) < end]
        activity = _net(row for row in within if row.category not in BLOCK)
        payouts = _net(row for row in within if row.category in BLOCK)
        amounts = (before, activity, payouts, before + activity + payouts)
        found[currency] = [decimal_text(amount, currency) for amount in amounts]
    return found


def _net(rows: Iterable[Transaction]) -> int:
    return sum(row.amount - row.fee for row in rows)


def _lines(rows: list[Transaction], instant: Callable[[Any], Any], sign: int = 1) -> list[list[str]]:
    ordered = sorted(rows, key=lambda row: (instant(row), row.id.encode()))
    return [
        [row.id, *(decimal_text(sign * amount, row.currency) for amount in (row.amount, row.fee, row.amount - row.fee))]
        for row in ordered
    ]


def _summed(rows: list[list[str]]) -> list[list[str]]:
    """Lines of a category summary, from the text of an itemized report."""
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for currency, category, net, _ in rows:
        minor = int(net.replace(".", ""))  # the currency's decimals are always all there
        for key in ((currency, "0", category), (currency, "1", "total")):
            sums[key][0] += minor
            sums[key][1] += 1
    return [
        [currency, category, decimal_text(net, currency), str(count)]
        for (currency, _, category), (net, count) in sorted(sums.items())
    ]
