"""The versions of a ledger are read from one event each, however many loads there were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from application.ledger.versions import newest_version, pinned_version
from domain.ledger.ledger import Ledger, PinnedLedger
from interfaces.testing.memory.store import MemoryStore, open_memory
from tests.support.clock import NOON

LOADS = 5


def loaded(store: MemoryStore) -> None:
    ledger = Ledger.open(livemode=False, actor="cli:me", at=NOON)
    for load in range(1, LOADS + 1):
        ledger.record_load(
            account="acct_1",
            owner="acct_1",
            tables={"payouts": load},
            files=[],
            created={"payouts": (1, load)},
            brought={"payouts": (1, load)},
            complete_through=None,
            actor="cli:me",
            at=NOON,
        )
    ledger.declare_complete(
        owner="acct_1", created={"payouts": (1, LOADS)}, complete_through=10**9, complete_from=None, actor="m", at=NOON
    )
    store.events.save(ledger)


def test_the_newest_version_is_read_from_the_last_event_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_memory()
    loaded(store)
    read: list[int] = []
    select = store.events.recorder.select_events

    def counting(*id: Any, **bounds: Any) -> Sequence[Any]:
        found = select(*id, **bounds)
        read.append(len(found))
        return found

    monkeypatch.setattr(store.events.recorder, "select_events", counting)

    assert newest_version(store.events, livemode=False) == PinnedLedger(False, LOADS + 2, {"payouts": LOADS})
    assert read == [1]


def test_each_version_keeps_its_tables() -> None:
    store = open_memory()
    loaded(store)

    found = [pinned_version(store.events, False, version) for version in range(1, LOADS + 4)]

    replayed = [store.events.find(Ledger, "ledger_test", version) for version in range(1, LOADS + 3)]
    assert found == [*(ledger.pinned() for ledger in replayed if ledger), None]
    assert newest_version(store.events, livemode=True) == PinnedLedger(True, 0, {})
