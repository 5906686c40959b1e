"""Any ledger, as hypothesis draws it, and its reports."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

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


def utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
