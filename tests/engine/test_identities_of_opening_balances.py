"""What must hold over any ledger with opening balances, whether its rows lie before them or after."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

from hypothesis import given

from tests.engine.opened_stories import OpenedStory, opened_stories
from tests.engine.stories import BOUNDED, StoryReports, utc
from tests.support.reference import decimal_text
from tests.support.row_ledger import SHOP


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


def _reports(opened: OpenedStory, folder: Path) -> StoryReports:
    made = StoryReports(opened.story, folder)
    for currency, opening in opened.openings.items():
        made.ledger.opening(opening.amount, utc(opening.as_of), currency=currency)
        made.ledger.opening(1, utc(opening.as_of), currency=currency, account=SHOP)
    return made
