"""What must hold over any ledger with opening balances, whether its rows lie before them or after."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.test_identities import (
    BLOCK,
    BOUNDED,
    CURRENCIES,
    Story,
    StoryReports,
    Transaction,
    seconds,
    stories,
    utc,
)
from tests.support.reference import decimal_text
from tests.support.row_ledger import SHOP


@dataclass(frozen=True)
class Opening:
    amount: int
    as_of: int


@dataclass(frozen=True)
class OpenedStory:
    """A story, and the opening balances of the platform by their currencies."""

    story: Story
    openings: dict[str, Opening]

    def rows(self, currency: str) -> list[Transaction]:
        return [row for row in self.story.of_platform if row.currency == currency]

    def balance(self, currency: str, at: int) -> int:
        """Counted on from the opening balance, or back from it; from nothing without one."""
        opening = self.openings.get(currency, Opening(0, 0))
        effective = self.story.effective
        later = sum(_net(row) for row in self.rows(currency) if opening.as_of <= effective(row) < at)
        earlier = sum(_net(row) for row in self.rows(currency) if at <= effective(row) < opening.as_of)
        return opening.amount + later - earlier

    def summary(self, start: int, end: int) -> dict[str, list[str]]:
        found = {}
        listed = {row.currency for row in self.story.of_platform if row.created < end} | self.openings.keys()
        for currency in sorted(listed):
            within = [row for row in self.rows(currency) if start <= self.story.effective(row) < end]
            payouts = sum(_net(row) for row in within if row.category in BLOCK)
            activity = sum(_net(row) for row in within) - payouts
            amounts = (self.balance(currency, start), activity, payouts, self.balance(currency, end))
            found[currency] = [decimal_text(amount, currency) for amount in amounts]
        return found

    def unsettled_payouts(self, currency: str, end: int) -> int:
        """Manual payouts since the opening, and reversals that no automatic payout has paid again."""
        since = self.openings[currency].as_of
        moved = [row for row in self.rows(currency) if row.category in BLOCK]
        return sum(
            _net(row) for row in moved if since <= self.story.effective(row) < end and not self._is_settled(row, end)
        )

    def _is_settled(self, row: Transaction, end: int) -> bool:
        payout = self.story.settled(row)
        return payout is not None and (row.category == "payout" or payout.arrival < end)

    def waiting(self, end: int) -> set[str]:
        """The activity that the opening balances do not hold and no automatic payout has paid out."""
        held = {currency: opening.as_of for currency, opening in self.openings.items()}
        return {
            row.id
            for row in self.story.activity
            if held.get(row.currency, 0) <= row.created < end and not self._is_settled(row, end)
        }


@st.composite
def opened_stories(draw: st.DrawFn) -> OpenedStory:
    amounts = st.integers(-(10**7), 10**7) | st.integers(-(2**62), 2**62)
    openings = draw(st.dictionaries(st.sampled_from(CURRENCIES), st.builds(Opening, amounts, seconds), min_size=1))
    return OpenedStory(draw(stories()), openings)


@BOUNDED
@given(opened_stories())
def test_balances_count_on_from_the_opening_balance_and_back_from_it(opened: OpenedStory) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = _reports(opened, Path(folder))
        start, middle, end = opened.story.instants

        whole, first, second = made.balances(start, end), made.balances(start, middle), made.balances(middle, end)

        assert whole == opened.summary(start, end)
        assert first == opened.summary(start, middle)
        assert second == opened.summary(middle, end)
        assert all(first[currency][3] == second[currency][0] for currency in first)
        made.close()


@BOUNDED
@given(opened_stories())
def test_a_balance_is_what_waits_with_manual_payouts_and_reversals(opened: OpenedStory) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = _reports(opened, Path(folder))
        start, _, end = opened.story.instants
        columns = ["currency", "net", "reporting_category", "balance_transaction_id"]

        itemized = made.rows("ending_balance_reconciliation.itemized.4", None, end, columns)
        summary = made.rows("ending_balance_reconciliation.summary.1", None, end, columns[:3])
        balances = made.balances(start, end)

        totals: dict[str, int] = defaultdict(int)
        for currency, net, _, _ in itemized:
            totals[currency] += int(net.replace(".", ""))
        assert {id for *_, id in itemized if id} == opened.waiting(end)
        assert {row[0]: row[1] for row in summary if row[2] == "total"} == {
            currency: decimal_text(total, currency) for currency, total in totals.items()
        }
        for currency in opened.openings:
            ending = totals[currency] + opened.unsettled_payouts(currency, end)
            assert balances[currency][3] == decimal_text(ending, currency)
        made.close()


def _net(row: Transaction) -> int:
    return row.amount - row.fee


def _reports(opened: OpenedStory, folder: Path) -> StoryReports:
    made = StoryReports(opened.story, folder)
    for currency, opening in opened.openings.items():
        made.ledger.opening(opening.amount, utc(opening.as_of), currency=currency)
        made.ledger.opening(1, utc(opening.as_of), currency=currency, account=SHOP)
    return made
