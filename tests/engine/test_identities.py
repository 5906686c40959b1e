"""What must hold over any ledger: the same reports computed in plain Python, and the identities between reports."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.reference import decimal_text
from tests.support.row_ledger import PLATFORM, SHOP, Reports, SmallLedger, at

DAY = 86_400
FIRST = at("2025-03-01")
CURRENCIES = ("usd", "jpy", "kwd")
ZONES = ("Etc/UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia")
BLOCK = ("payout", "payout_reversal")
BOUNDED = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@dataclass(frozen=True)
class Payout:
    created: int
    arrival: int
    automatic: bool


@dataclass(frozen=True)
class Transaction:
    """payout: for a payout or its reversal the one it moved, else the one that settles it; an index, or None."""

    id: str
    account: str
    created: int
    amount: int
    fee: int
    currency: str
    category: str
    payout: int | None


@dataclass(frozen=True)
class Story:
    """A ledger, three instants in order, and a zone."""

    payouts: list[Payout]
    transactions: list[Transaction]
    instants: tuple[int, int, int]
    zone: str

    def effective(self, row: Transaction) -> int:
        """The instant at which a transaction changes the balance."""
        if row.category != "payout" or row.payout is None:
            return row.created
        payout = self.payouts[row.payout]
        return payout.arrival if payout.automatic else payout.created

    def settled(self, row: Transaction) -> Payout | None:
        payout = None if row.payout is None else self.payouts[row.payout]
        return payout if payout and payout.automatic else None

    @property
    def of_platform(self) -> list[Transaction]:
        return [row for row in self.transactions if row.account == PLATFORM]

    @property
    def activity(self) -> list[Transaction]:
        return [row for row in self.of_platform if row.category not in BLOCK]

    @property
    def moved(self) -> list[Transaction]:
        return [row for row in self.of_platform if row.category in BLOCK]


seconds = st.integers(FIRST, FIRST + 12 * DAY) | st.integers(0, 12).map(lambda day: FIRST + day * DAY)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    payouts = draw(st.lists(st.builds(Payout, seconds, seconds, st.booleans()), max_size=4))
    some_payout = st.none() | st.integers(0, len(payouts) - 1) if payouts else st.none()
    categories = st.sampled_from(("charge", "refund", "fee", "topup", *BLOCK))
    fields = st.tuples(
        st.sampled_from((PLATFORM, PLATFORM, SHOP)),
        seconds,
        st.integers(-(10**7), 10**7) | st.integers(-(2**62), 2**62),
        st.integers(-100, 10**6),
        st.sampled_from(CURRENCIES),
        categories,
        some_payout,
    )
    drawn = draw(st.lists(fields, max_size=25))
    transactions = [Transaction(f"txn_{number}", *values) for number, values in enumerate(drawn)]
    first, second, third = sorted(draw(st.lists(seconds, min_size=3, max_size=3, unique=True)))
    return Story(payouts, transactions, (first, second, third), draw(st.sampled_from(ZONES)))


class StoryReports:
    """The reports of a story."""

    def __init__(self, story: Story, folder: Path) -> None:
        self.ledger = _ledger(story, folder / "ledger")
        self._reports = Reports(self.ledger, folder)
        self._zone = story.zone

    def close(self) -> None:
        self._reports.engine.close()

    def rows(self, report_type: str, start: int | None, end: int, columns: list[str], **more: str) -> list[list[str]]:
        starts = None if start is None else utc(start)
        lines = self._reports.lines(report_type, starts, utc(end), columns=columns, **more)
        return [[cell.strip('"') for cell in line.split(",")] for line in lines]

    def balances(self, start: int, end: int) -> dict[str, list[str]]:
        """Currency -> starting balance, activity, payouts, ending balance."""
        found: dict[str, list[str]] = defaultdict(list)
        for currency, amount in self.rows(
            "balance.summary.1", start, end, ["currency", "net_amount"], timezone=self._zone
        ):
            found[currency].append(amount)
        return dict(found)


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


def _ledger(story: Story, folder: Path) -> SmallLedger:
    ledger = SmallLedger(folder)
    for number, payout in enumerate(story.payouts):
        for account in (PLATFORM, SHOP):
            ledger.payout(
                f"po_{number}",
                utc(payout.created),
                utc(payout.arrival),
                1,
                automatic=payout.automatic,
                account=account,
            )
    for row in story.transactions:
        moves = row.category in BLOCK
        ledger.transaction(
            row.id,
            utc(row.created),
            row.amount,
            row.category,
            fee=row.fee,
            currency=row.currency,
            account=row.account,
            source=f"po_{row.payout}" if moves and row.payout is not None else None,
        )
        if row.payout is not None:
            ledger.link(f"po_{row.payout}", row.id, account=row.account)
    return ledger


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


def utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
