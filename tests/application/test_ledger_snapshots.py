"""Snapshots of the ledger: it is loaded from few events however many there are, and is the same as from all."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from eventsourcing.persistence import StoredEvent

from application.log.damage import RecordDamaged
from application.log.event_types import MAPPER
from application.log.idempotency_records import Append
from domain.instants import DAY_SECONDS as DAY
from domain.ledger.availability import ALL_ACCOUNTS, DataWindow, merged
from domain.ledger.ledger import SNAPSHOT_VERSIONS, Ledger
from interfaces.testing.memory.store import MemoryStore, open_memory
from tests.support.clock import NOON

ID = "ledger_test"
TABLE = "balance_transactions"


def load(ledger: Ledger, owner: str, version: int, first: int, last: int, **declared: int | None) -> None:
    ledger.record_load(
        account="acct_platform",
        owner=owner,
        tables={TABLE: version},
        files=[],
        created={TABLE: (DAY, 400 * DAY)},
        brought={TABLE: (first * DAY, last * DAY)},
        complete_through=declared.get("complete_through"),
        complete_from=declared.get("complete_from"),
        actor="cli:me",
        at=NOON,
    )


def filled(store: MemoryStore, loads: int, owners: int, seed: int = 5) -> None:
    """Loads and declarations of several owners, at random times."""
    chance = random.Random(seed)
    names = [ALL_ACCOUNTS, *(f"acct_{number}" for number in range(owners))]
    ledger = Ledger.open(livemode=False, actor="cli:me", at=NOON)
    for version in range(1, loads + 1):
        first = chance.randint(10, 300)
        through = chance.choice([None, None, (first + chance.randint(5, 90)) * DAY])
        load(ledger, chance.choice(names), version, first, first + chance.randint(0, 9), complete_through=through)
        if chance.random() < 0.2:
            ledger.declare_complete(
                owner=chance.choice(names), created={TABLE: (DAY, 400 * DAY)}, complete_from=chance.randint(1, 9) * DAY,
                complete_through=None, actor="cli:me", at=NOON,
            )  # fmt: skip
        if version % 50 == 0:
            store.events.save(ledger)
    store.events.save(ledger)


def state(ledger: Ledger | None) -> dict[str, Any]:
    assert ledger is not None
    ignored = {"_created_on", "_pending_events"}
    return {name: value for name, value in vars(ledger).items() if name not in ignored}


def counted_reads(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    read: list[int] = []
    select = store.events.recorder.select_events

    def counting(*id: Any, **bounds: Any) -> Sequence[Any]:
        found = select(*id, **bounds)
        read.append(len(found))
        return found

    monkeypatch.setattr(store.events.recorder, "select_events", counting)
    return read


def replayed(store: MemoryStore) -> Ledger | None:
    """From every event."""
    return store.events.find(Ledger, ID, len(store.events.events_of(ID)))


@pytest.mark.parametrize("loads", [1, SNAPSHOT_VERSIONS, SNAPSHOT_VERSIONS + 1, 300])
def test_a_ledger_from_its_snapshot_is_the_same_as_from_all_of_its_events(loads: int) -> None:
    store = open_memory()
    filled(store, loads, owners=12)

    found = store.events.find(Ledger, ID)

    assert state(found) == state(replayed(store))
    assert found is not None and found.windows == merged(found.owners.values())


def test_a_ledger_is_loaded_from_few_events_however_many_loads_there_were(monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_memory()
    filled(store, loads=1_000, owners=30)
    read = counted_reads(store, monkeypatch)

    assert store.events.find(Ledger, ID) is not None

    assert sum(read) <= 2 * SNAPSHOT_VERSIONS


def test_a_ledger_from_before_there_were_snapshots_gets_one_with_its_next_load(monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_memory()
    filled(store, loads=3 * SNAPSHOT_VERSIONS, owners=5)
    older = open_memory()
    older.recorder.append([Append([as_version_5(event) for event in store.events.recorder.select_events(ID)])])
    ledger = older.events.find(Ledger, ID)
    assert ledger is not None

    load(ledger, "acct_1", version=9_999, first=1, last=2)
    older.events.save(ledger)
    read = counted_reads(older, monkeypatch)

    assert state(older.events.find(Ledger, ID)) == state(ledger)
    assert sum(read) <= SNAPSHOT_VERSIONS


def as_version_5(event: StoredEvent) -> StoredEvent:
    """An event as it was stored before there were snapshots."""
    fields = orjson.loads(event.state)
    fields.pop("snapshot", None)
    if "class_version" in fields:
        fields["class_version"] -= 1
    return StoredEvent(event.originator_id, event.originator_version, event.topic, orjson.dumps(fields))


def test_snapshots_take_a_bounded_share_of_the_log() -> None:
    ledger = Ledger.open(livemode=False, actor="cli:me", at=NOON)
    for number in range(1, 4_001):
        load(ledger, f"acct_{number}", number, first=10, last=11)

    events = [event for event in ledger.collect_events() if isinstance(event, Ledger.Loaded)]
    size = sum(len(MAPPER.to_stored_event(event).state) for event in events)
    of_snapshots = sum(len(orjson.dumps(event.snapshot)) for event in events if event.snapshot)

    assert of_snapshots < 0.85 * size


def test_recording_a_load_costs_the_same_however_many_owners_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    unions: list[DataWindow] = []
    union = DataWindow.__or__

    def counting(one: DataWindow, other: DataWindow) -> DataWindow:
        unions.append(one)
        return union(one, other)

    monkeypatch.setattr(DataWindow, "__or__", counting)
    ledger = Ledger.open(livemode=False, actor="cli:me", at=NOON)

    for number in range(1, 2_001):
        load(ledger, f"acct_{number}", number, first=10, last=11)

    assert len(unions) <= 2 * 2_000


def test_an_edge_that_an_owner_gives_up_is_where_the_other_owners_have_it() -> None:
    ledger = Ledger.open(livemode=False, actor="cli:me", at=NOON)
    load(ledger, "acct_a", 1, first=10, last=20)
    load(ledger, "acct_b", 2, first=10, last=20, complete_through=90 * DAY)

    load(ledger, "acct_b", 3, first=10, last=20, complete_through=30 * DAY)

    assert ledger.windows[TABLE] == DataWindow(10 * DAY, 30 * DAY)


def test_a_damaged_event_after_the_snapshot_is_found() -> None:
    store = open_memory()
    filled(store, loads=100, owners=3)
    *whole, last = store.events.recorder.select_events(ID)
    broken = open_memory()
    damaged = StoredEvent(ID, last.originator_version, last.topic, b"{")
    broken.recorder.append([Append([*whole, damaged])])

    with pytest.raises(RecordDamaged, match=ID):
        broken.events.find(Ledger, ID)
