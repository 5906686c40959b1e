"""A summary of a store whose views are far behind: it does not replay the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from application.health.findings import Finding, Level, good
from application.health.store_checks import MOST_APPLIED_EVENTS, CustomReportsState, StoreChecks


@dataclass
class Store:
    """A store that counts how often its views are brought up to date, and its queue is checked."""

    last: int
    caught_up: int = 0
    queues_checked: int = 0

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

    async def all(self) -> Sequence[object]:
        return []


def findings(store: Store, *, deep: bool) -> list[Finding]:
    checks = StoreChecks(
        events=store,  # type: ignore[arg-type]
        log=store,  # type: ignore[arg-type]
        views_position=lambda: 0,
        catch_up=store.catch_up,
        keys=store,  # type: ignore[arg-type]
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
