"""The hint that says how to widen a data window that holds no whole month."""

from __future__ import annotations

import pytest

from application.ledger.month_hint import month_hint
from domain.instants import parse_instant
from domain.ledger.availability import ALL_ACCOUNTS
from domain.ledger.ledger import Ledger
from tests.support.clock import NOON

TABLE = "balance_transactions"
LATER = int(NOON.timestamp())


def ledger(owner: str, first: str, last: str, *, livemode: bool = False) -> Ledger:
    """A ledger with rows from one instant through another."""
    span = (parse_instant(first), parse_instant(last))
    made = Ledger.open(livemode=livemode, actor="cli:me", at=NOON)
    made.record_load(
        account="acct_1", owner=owner, tables={TABLE: 1}, files=[], created={TABLE: span}, brought={TABLE: span},
        complete_through=None, actor="cli:me", at=NOON,
    )  # fmt: skip
    return made


def test_a_window_that_is_too_narrow_at_both_ends_can_be_widened_at_both() -> None:
    assert month_hint(ledger("acct_1", "2025-02-02", "2025-02-03"), "acct_1", [TABLE], LATER) == (
        "The window of balance_transactions holds no whole calendar month: 2025-02-02 through 2025-02-04. If no rows "
        "are missing around it, load with `--complete-from 2025-02-01 --complete-through 2025-03-01`, or run "
        "`reportrun ledger complete --from 2025-02-01 --through 2025-03-01 --account acct_1`."
    )


@pytest.mark.parametrize(
    ("owner", "livemode", "first", "last", "command"),
    [
        ("acct_1", False, "2025-02-01", "2025-02-03", "complete --through 2025-03-01 --account acct_1`"),
        ("acct_1", True, "2025-02-02", "2025-02-28", "complete --from 2025-02-01 --account acct_1 --mode live`"),
        (ALL_ACCOUNTS, False, "2025-02-02", "2025-02-28", "complete --from 2025-02-01 --all-accounts`"),
    ],
)
def test_the_hint_names_what_is_missing_of_the_month(
    owner: str, livemode: bool, first: str, last: str, command: str
) -> None:
    hint = month_hint(ledger(owner, first, last, livemode=livemode), owner, [TABLE], LATER)

    assert hint is not None and command in hint


def test_a_month_that_has_not_ended_is_not_to_be_declared_complete() -> None:
    loaded = ledger("acct_1", "2025-02-02", "2025-02-03")

    hint = month_hint(loaded, "acct_1", [TABLE], parse_instant("2025-02-20"))

    assert hint is not None and "--from 2025-02-01 --account" in hint
    assert (
        month_hint(ledger("acct_1", "2025-02-01", "2025-02-03"), "acct_1", [TABLE], parse_instant("2025-02-20")) is None
    )


def test_there_is_no_hint_for_a_window_with_a_whole_month_or_a_load_without_windowed_rows() -> None:
    whole, narrow = ledger("acct_1", "2025-02-01", "2025-02-28"), ledger("acct_1", "2025-02-02", "2025-02-03")

    assert month_hint(whole, "acct_1", [TABLE], LATER) is None
    assert month_hint(narrow, "acct_1", [], LATER) is None
