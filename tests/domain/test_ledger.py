"""The ledger: the windows and completeness dates that loads record, by owner."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import LedgerRefused
from domain.instants import DAY_SECONDS as DAY
from domain.instants import LATEST, utc_text
from domain.ledger.availability import ALL_ACCOUNTS
from domain.ledger.ledger import Ledger
from domain.ledger.loaded_file import LoadedFile
from tests.support.clock import NOON

TABLE = "balance_transactions"


class Books:
    """A ledger with one table."""

    def __init__(self) -> None:
        self.ledger = Ledger.open(livemode=False, actor="cli:me", at=NOON)
        self.ledger.collect_events()
        self.version = 0
        self.spans: list[tuple[int, int]] = []

    def load(
        self,
        owner: str,
        first: int,
        last: int,
        complete_through: int | None = None,
        complete_from: int | None = None,
    ) -> bool:
        """Load rows from the first day through the last; True when that changed anything."""
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
            complete_from=None if complete_from is None else complete_from * DAY,
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


def test_a_window_is_the_whole_days_around_the_rows(books: Books) -> None:
    books.load("acct_a", 3, 5)

    assert books.days("acct_a") == books.whole == (3, 6)


def test_a_completeness_date_of_one_account_does_not_move_the_window_of_another(books: Books) -> None:
    books.load("acct_a", 3, 9, complete_through=20)
    books.load("acct_b", 1, 4, complete_through=5)

    assert (books.days("acct_a"), books.days("acct_b"), books.whole) == ((3, 20), (1, 5), (1, 20))


def test_later_loads_for_an_owner_widen_its_window(books: Books) -> None:
    books.load(ALL_ACCOUNTS, 3, 5)
    books.load("acct_a", 8, 9)
    books.load(ALL_ACCOUNTS, 6, 7)

    assert (books.days(ALL_ACCOUNTS), books.days("acct_a")) == ((3, 8), (8, 10))


def test_a_declared_end_is_kept_until_later_rows_arrive(books: Books) -> None:
    books.load("acct_a", 3, 5, complete_through=9)
    books.load("acct_a", 6, 7)
    before = books.days("acct_a")
    books.load("acct_a", 9, 9)

    assert (before, books.days("acct_a")) == ((3, 9), (3, 10))


def test_a_load_that_changes_nothing_is_not_recorded(books: Books) -> None:
    books.load("acct_a", 3, 5)

    assert not books.load("acct_a", 3, 5)
    assert books.load("acct_a", 3, 5, complete_through=7)
    assert not books.load("acct_a", 3, 5, complete_through=7)
    assert not books.load("acct_a", 3, 5)
    assert len(books.ledger.collect_events()) == 2


def test_a_completeness_date_is_recorded_also_when_the_window_stays(books: Books) -> None:
    books.load("acct_a", 3, 5)

    assert books.load("acct_a", 3, 5, complete_through=6)
    assert books.days("acct_a") == (3, 6)
    assert books.ledger.complete_through == {"acct_a": 6 * DAY}


def test_a_load_without_a_completeness_date_keeps_the_one_before(books: Books) -> None:
    books.load("acct_a", 3, 5, complete_through=9)
    books.load("acct_b", 3, 5)
    books.load("acct_a", 6, 12)

    recorded = [vars(event).get("owner_complete_through") for event in books.ledger.collect_events()]

    assert recorded == [9 * DAY, None, 9 * DAY]


def test_a_declared_beginning_widens_the_window_and_is_kept(books: Books) -> None:
    books.load("acct_a", 5, 6, complete_from=2)
    books.load("acct_a", 8, 9)

    recorded = [vars(event).get("owner_complete_from") for event in books.ledger.collect_events()]

    assert (books.days("acct_a"), books.whole) == ((2, 10), (2, 10))
    assert recorded == [2 * DAY, 2 * DAY]


def test_rows_before_a_declared_beginning_widen_the_window_further(books: Books) -> None:
    books.load("acct_a", 5, 6, complete_from=4)
    books.load("acct_a", 3, 3)

    assert books.days("acct_a") == (3, 7)


def test_a_declared_beginning_is_recorded_once(books: Books) -> None:
    books.load("acct_a", 5, 6)

    assert books.load("acct_a", 5, 6, complete_from=2)
    assert not books.load("acct_a", 5, 6, complete_from=2)


def test_a_load_records_what_was_left_alone_and_what_nothing_reads() -> None:
    ledger = Ledger.open(livemode=False, actor="cli:me", at=NOON)
    file = LoadedFile(TABLE, "a.csv", "", 4, 1, 0, 0, repeated=1, deleted=2, unread=("balance", "_dlt_id"))

    ledger.record_load(
        account="acct_a", owner="acct_a", tables={TABLE: 1}, files=[file], created={}, brought={},
        complete_through=None, actor="cli:me", at=NOON,
    )  # fmt: skip

    (recorded,) = vars(ledger.collect_events()[-1])["files"]
    assert (recorded["repeated"], recorded["deleted"], recorded["unread"]) == (1, 2, ["balance", "_dlt_id"])


def test_an_event_from_before_deleted_rows_were_counted_has_none() -> None:
    state: dict[str, Any] = {"files": [{"table": TABLE, "rows": 3}]}

    Ledger.Loaded.upcast_v4_v5(state)

    assert state == {
        "files": [{"table": TABLE, "rows": 3, "repeated": 0, "deleted": 0, "unread": []}],
        "owner_complete_from": None,
    }


def test_an_event_from_before_there_were_owners_is_about_all_accounts() -> None:
    state: dict[str, Any] = {"window_start": 3 * DAY, "window_end": 6 * DAY}

    Ledger.Loaded.upcast_v1_v2(state)
    Ledger.Loaded.upcast_v2_v3(state)
    Ledger.Loaded.upcast_v3_v4(state)

    assert state["windows"] == state["owner_windows"] == {TABLE: [3 * DAY, 6 * DAY]}
    assert (state["owner"], state["owner_complete_through"]) == (ALL_ACCOUNTS, None)


def test_the_window_of_the_latest_possible_rows_ends_at_the_latest_instant(books: Books) -> None:
    last_day = LATEST // DAY - 1
    books.load("acct_a", 3, last_day)

    assert books.whole == (3, last_day + 1)
    assert utc_text(books.ledger.windows[TABLE].end) == "9999-12-31 00:00:00 UTC"


def declare(books: Books, owner: str, first: int | None = None, last: int | None = None) -> bool:
    """Declare an owner's data complete from the beginning of one day through that of another."""
    return books.ledger.declare_complete(
        owner=owner,
        created={TABLE: (min(books.spans)[0], max(last for _, last in books.spans))} if books.spans else {},
        complete_from=None if first is None else first * DAY,
        complete_through=None if last is None else last * DAY,
        actor="cli:me",
        at=NOON,
    )


def test_a_declaration_without_rows_moves_the_window_of_an_account(books: Books) -> None:
    books.load("acct_a", 3, 5)

    assert declare(books, "acct_a", first=1, last=9)
    assert (books.days("acct_a"), books.whole) == ((1, 9), (1, 9))
    assert (books.ledger.complete_from, books.ledger.complete_through) == ({"acct_a": DAY}, {"acct_a": 9 * DAY})
    assert not declare(books, "acct_a", first=1)
    assert not declare(books, "acct_a", last=9)


def test_a_declaration_leaves_the_versions_of_tables_as_they_are(books: Books) -> None:
    books.load("acct_a", 3, 5)
    before = books.ledger.pinned()

    declare(books, "acct_a", last=9)

    assert (books.ledger.pinned().version, books.ledger.pinned().tables) == (before.version + 1, before.tables)


def test_a_quiet_account_is_complete_and_empty_from_the_beginning_of_the_ledger(books: Books) -> None:
    books.load("acct_a", 3, 5)

    declare(books, "acct_quiet", last=9)

    assert (books.days("acct_quiet"), books.days("acct_a"), books.whole) == ((3, 9), (3, 6), (3, 9))


def test_a_ledger_without_rows_is_complete_when_both_times_are_declared(books: Books) -> None:
    with pytest.raises(LedgerRefused, match="Say both from when and through when"):
        declare(books, "acct_a", last=9)

    declare(books, "acct_a", first=2, last=9)

    assert (books.days("acct_a"), books.whole) == ((2, 9), (2, 9))


def test_later_rows_keep_the_window_that_was_declared_before_there_were_any(books: Books) -> None:
    declare(books, "acct_quiet", first=2, last=9)
    books.load("acct_a", 5, 6)

    assert (books.days("acct_quiet"), books.days("acct_a"), books.whole) == ((2, 9), (5, 7), (2, 9))


def test_a_declaration_about_all_accounts_is_kept_apart_from_each(books: Books) -> None:
    books.load("acct_a", 3, 5)

    declare(books, ALL_ACCOUNTS, first=1, last=31)

    assert (books.days("acct_a"), books.days(ALL_ACCOUNTS)) == ((3, 6), (1, 31))


def test_a_mistaken_beginning_can_be_declared_again(books: Books) -> None:
    books.load("acct_a", 8, 9)
    declare(books, "acct_a", first=1)

    declare(books, "acct_a", first=7)

    assert books.days("acct_a") == (7, 10)


def test_data_cannot_be_complete_through_a_time_before_it_begins(books: Books) -> None:
    books.load("acct_a", 3, 5)

    with pytest.raises(LedgerRefused, match="begins at 1970-01-04 00:00:00 UTC, so it cannot be complete through"):
        declare(books, "acct_a", last=2)


def test_a_ledger_without_rows_cannot_begin_after_it_is_complete(books: Books) -> None:
    declare(books, "acct_a", first=1, last=3)
    recorded = books.ledger.version

    with pytest.raises(LedgerRefused, match="begins at 1970-01-07 00:00:00 UTC, so it cannot be complete through 1970"):
        declare(books, "acct_a", first=6)
    with pytest.raises(LedgerRefused, match="Give a later time through which, or an earlier one from when"):
        declare(books, "acct_b", first=6, last=5)

    assert (books.ledger.version, books.days("acct_a")) == (recorded, (1, 3))


def test_a_load_is_taken_for_an_account_that_has_begun_since_its_completeness_date(books: Books) -> None:
    books.load("acct_new", 3, 5, complete_through=2)

    assert books.days("acct_new") == (3, 3)


@pytest.mark.parametrize("through", [3, 4])
def test_a_declaration_ends_after_it_begins_whatever_rows_there_are(books: Books, through: int) -> None:
    books.load("acct_a", 0, 5)
    recorded = books.ledger.version

    with pytest.raises(LedgerRefused, match="complete from 1970-01-05 00:00:00 UTC cannot be complete through 1970-01"):
        declare(books, "acct_a", first=4, last=through)
    with pytest.raises(LedgerRefused, match="cannot be complete through"):
        books.load("acct_a", 0, 5, complete_from=4, complete_through=through)

    assert books.ledger.version == recorded


def test_a_load_cannot_declare_that_data_ends_before_it_begins(books: Books) -> None:
    with pytest.raises(LedgerRefused, match="complete from 1970-01-05 00:00:00 UTC cannot be complete through"):
        books.load("acct_a", 3, 5, complete_through=2, complete_from=4)

    assert books.load("acct_a", 3, 5, complete_through=2, complete_from=1)
    assert books.days("acct_a") == (1, 2)
