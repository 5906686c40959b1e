"""A summary of a store whose views are far behind: it does not replay the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from application.health.findings import Finding, Level, good
from application.health.store_checks import MOST_APPLIED_EVENTS, CustomReportsState, StoreChecks
from application.views.api_keys import KeyRow
from domain.access.api_key import KeyKind
from tests.support.clock import NOON, StillClock

NOON_SECONDS = int(NOON.timestamp())

KEY = KeyRow("key_1", "acct_1", False, KeyKind.SECRET, "", "sk_test_***", (), created=1)


@dataclass
class Store:
    """A store that counts how often its views are brought up to date, and its queue is checked."""

    last: int
    caught_up: int = 0
    queues_checked: int = 0
    keys: Sequence[KeyRow] = ()

    def last_position(self) -> int:
        return self.last

    def find(self, kind: object, id: str) -> None:
        return None

    def catch_up(self) -> int:
        self.caught_up += 1
        return self.last

    def queue(self) -> Finding:
        self.queues_checked += 1
        return good("The queue is whole.")

    def findings(self) -> Sequence[Finding]:
        return [good("The log can be opened.")]

    def summary(self) -> Finding:
        return good("The files are there.")

    def thorough(self, progress: object) -> Finding:
        return good("Each file is there.")

    def damaged_loads(self, livemode: bool, progress: object) -> Sequence[object]:
        return []

    async def all(self) -> Sequence[KeyRow]:
        return self.keys


def findings(store: Store, *, deep: bool) -> list[Finding]:
    checks = StoreChecks(
        events=store,  # type: ignore[arg-type]
        log=store,  # type: ignore[arg-type]
        views_position=lambda: 0,
        catch_up=store.catch_up,
        keys=store,  # type: ignore[arg-type]
        clock=StillClock(),
        ledger=store,  # type: ignore[arg-type]
        lookup=store,  # type: ignore[arg-type]
        custom_reports=lambda: CustomReportsState("", (), ()),
        results=store,  # type: ignore[arg-type]
        must_reach_ledger=lambda livemode: None,
        queue=store.queue,
        work=lambda: good("No run is pending."),
        deep=deep,
    )
    return list(checks.findings())


def test_a_summary_does_not_replay_a_long_log_and_says_what_it_left_out() -> None:
    store = Store(MOST_APPLIED_EVENTS + 1)

    found = findings(store, deep=False)

    assert (store.caught_up, store.queues_checked) == (0, 0)
    assert found[1].level is Level.LOOK
    assert "are 10,001 events behind the log, so the queue of pending runs was not checked" in found[1].sentence


@pytest.mark.parametrize(("last", "deep"), [(MOST_APPLIED_EVENTS, False), (MOST_APPLIED_EVENTS + 1, True)])
def test_views_that_are_a_little_behind_and_those_of_a_deep_look_are_brought_up_to_date(last: int, deep: bool) -> None:
    store = Store(last)

    found = findings(store, deep=deep)

    assert (store.caught_up, store.queues_checked) == (1, 1)
    assert good("The views hold every event.") in found


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ([KEY, replace(KEY, expires_at=NOON_SECONDS + 1)], "There are 2 keys."),
        ([KEY, replace(KEY, expires_at=NOON_SECONDS), replace(KEY, revoked_at=5)], "There is 1 key."),
        (
            [replace(KEY, expires_at=NOON_SECONDS), replace(KEY, kind=KeyKind.PUBLISHABLE)],
            "There is no key that works, so every call is refused. `reportrun keys create` makes one.",
        ),
        ([], "There is no key, so every call is refused. `reportrun keys create` makes one."),
    ],
)
def test_the_keys_that_work_are_counted(keys: Sequence[KeyRow], sentence: str) -> None:
    assert sentence in [found.sentence for found in findings(Store(1, keys=keys), deep=False)]
