"""The ledger: what each load says of whose data, and from when until when."""

from __future__ import annotations

import pytest

from domain.instants import DAY_SECONDS as DAY
from domain.instants import LATEST, utc_text
from domain.ledger.availability import TableAvailability
from domain.ledger.data_window import DataWindow
from domain.ledger.ledger import EVERYBODY, Ledger, windows_of
from tests.support.clock import NOON

TABLE = "balance_transactions"


class Books:
    """A ledger, and what its table holds by now."""

    def __init__(self) -> None:
        self.ledger = Ledger.open(livemode=False, actor="cli:me", at=NOON)
        self.ledger.collect_events()
        self.version = 0
        self.spans: list[tuple[int, int]] = []

    def load(self, owner: str, first: int, last: int, complete_through: int | None = None) -> bool:
        """Load rows that begin and end on these days, and give whether anything changed."""
        span = (first * DAY + 5, last * DAY + 6)
        if span not in self.spans:
            self.spans.append(span)
            self.version += 1
        return self.ledger.record_load(
            account=owner or "acct_platform",
            owner=owner,
            tables={TABLE: self.version},
            files=[],
            created={TABLE: (min(self.spans)[0], max(last for _, last in self.spans))},
            brought={TABLE: span},
            complete_through=None if complete_through is None else complete_through * DAY,
            actor="cli:me",
            at=NOON,
        )

    def days(self, owner: str) -> tuple[int, int]:
        window = self.ledger.owners[owner][TABLE]
        return window.start // DAY, window.end // DAY

    @property
    def whole(self) -> tuple[int, int]:
        window = self.ledger.windows[TABLE]
        return window.start // DAY, window.end // DAY


@pytest.fixture
def books() -> Books:
    return Books()


def test_a_window_is_the_whole_days_around_the_rows(books):
    books.load("acct_a", 3, 5)

    assert books.days("acct_a") == books.whole == (3, 6)


def test_what_is_complete_for_one_account_says_nothing_of_another(books):
    books.load("acct_a", 3, 9, complete_through=20)
    books.load("acct_b", 1, 4, complete_through=5)

    assert (books.days("acct_a"), books.days("acct_b"), books.whole) == ((3, 20), (1, 5), (1, 20))


def test_later_loads_for_an_owner_widen_its_window(books):
    books.load(EVERYBODY, 3, 5)
    books.load("acct_a", 8, 9)
    books.load(EVERYBODY, 6, 7)

    assert (books.days(EVERYBODY), books.days("acct_a")) == ((3, 8), (8, 10))


def test_an_end_that_the_caller_has_named_is_kept_until_rows_lie_behind_it(books):
    books.load("acct_a", 3, 5, complete_through=9)
    books.load("acct_a", 6, 7)
    before = books.days("acct_a")
    books.load("acct_a", 9, 9)

    assert (before, books.days("acct_a")) == ((3, 9), (3, 10))


def test_a_load_that_changes_nothing_is_not_recorded(books):
    books.load("acct_a", 3, 5)

    assert not books.load("acct_a", 3, 5)
    assert books.load("acct_a", 3, 5, complete_through=7)
    assert not books.load("acct_a", 3, 5, complete_through=7)
    assert not books.load("acct_a", 3, 5)
    assert len(books.ledger.collect_events()) == 2


def test_that_the_last_day_is_complete_is_worth_recording(books):
    books.load("acct_a", 3, 5)

    assert books.load("acct_a", 3, 5, complete_through=6)
    assert books.days("acct_a") == (3, 6)
    assert books.ledger.complete_through == {"acct_a": 6 * DAY}


def test_what_was_said_of_an_owner_is_kept_when_a_load_says_nothing(books):
    books.load("acct_a", 3, 5, complete_through=9)
    books.load("acct_b", 3, 5)
    books.load("acct_a", 6, 12)

    told = [event.owner_complete_through for event in books.ledger.collect_events()]

    assert told == [9 * DAY, None, 9 * DAY]


def test_an_event_of_before_there_were_owners_tells_of_everybody():
    state = {"window_start": 3 * DAY, "window_end": 6 * DAY}

    Ledger.Loaded.upcast_v1_v2(state)
    Ledger.Loaded.upcast_v2_v3(state)
    Ledger.Loaded.upcast_v3_v4(state)

    assert state["windows"] == state["owner_windows"] == {TABLE: [3 * DAY, 6 * DAY]}
    assert (state["owner"], state["owner_complete_through"]) == (EVERYBODY, None)


def test_the_window_of_the_latest_rows_ends_when_everything_ends(books):
    last_day = LATEST // DAY - 1
    books.load("acct_a", 3, last_day)

    assert books.whole == (3, last_day + 1)
    assert utc_text(books.ledger.windows[TABLE].end) == "9999-12-31 00:00:00 UTC"


def test_a_window_that_was_kept_with_a_later_end_ends_when_everything_ends():
    assert windows_of({TABLE: [3 * DAY, LATEST + DAY]}) == {TABLE: DataWindow(3 * DAY, LATEST)}
    assert DataWindow.around(3 * DAY, LATEST + 5) == DataWindow(3 * DAY, LATEST)


def test_two_windows_together_reach_from_the_first_start_to_the_last_end():
    assert DataWindow(3, 5) | DataWindow(1, 4) == DataWindow(1, 5)


@pytest.mark.parametrize(
    ("said", "complete_through"),
    [(None, None), (6, 6), (5, None), (2, None)],  # nothing; that it ends so; rows lie behind what was said
)
def test_what_a_load_said_counts_until_rows_lie_behind_it(said: int | None, complete_through: int | None):
    assert TableAvailability.from_load(DataWindow(3, 6), said, 9) == TableAvailability(
        DataWindow(3, 6), complete_through, 9
    )


def test_data_that_is_said_to_end_before_it_begins_is_complete_where_it_begins():
    assert TableAvailability.from_load(DataWindow(3, 3), 2, 9).complete_through == 3
