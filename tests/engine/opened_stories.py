"""Any ledger with opening balances, as hypothesis draws it."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.engine.stories import BLOCK, CURRENCIES, Story, Transaction, seconds, stories
from tests.support.reference import decimal_text


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


def _net(row: Transaction) -> int:
    return row.amount - row.fee
