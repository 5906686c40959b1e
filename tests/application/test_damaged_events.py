"""Damaged events: each is named, its aggregate is set aside, and everything else is served."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import TopicError

from application.log.damage import DamagedEvent, LogFault, RecordDamaged
from application.log.event_types import MAPPER
from application.log.idempotency_records import Append
from application.log.log_check import faults_of_events, sequence_faults
from application.projecting.rebuild import rebuild
from application.views.api_keys import DAMAGED_AT
from application.views.registry import PROJECTIONS
from application.views.runs import DAMAGED, RunRow
from domain.access.api_key import ApiKey
from domain.ledger.ledger import Ledger
from domain.runs.report_run import ReportRun
from interfaces.http.responses.objects import event_object
from interfaces.testing.memory.store import MemoryStore, open_memory
from tests.support.clock import NOON
from tests.support.runs import SCOPE, fail, pending_run, start, succeed
from tests.support.stores import stores_in


def stored(run: ReportRun) -> list[StoredEvent]:
    return [MAPPER.to_stored_event(event) for event in run.collect_events()]


def with_state(event: StoredEvent, state: bytes) -> StoredEvent:
    return StoredEvent(event.originator_id, event.originator_version, event.topic, state)


def without(event: StoredEvent, field: str) -> StoredEvent:
    state = orjson.loads(event.state)
    del state[field]
    return with_state(event, orjson.dumps(state))


def having(event: StoredEvent, **fields: object) -> StoredEvent:
    return with_state(event, orjson.dumps(orjson.loads(event.state) | fields))


def row_of(store: MemoryStore, run: ReportRun) -> RunRow | None:
    return asyncio.run(store.views.runs.get(SCOPE, run.id))


def first_event() -> StoredEvent:
    return stored(pending_run())[0]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (with_state(first_event(), b'{"timestamp":'), "its data cannot be decoded"),
        (with_state(first_event(), b"\xff\x00"), "its data cannot be decoded"),
        (without(first_event(), "timestamp"), "its data cannot be decoded"),
        (without(first_event(), "account"), "the field account is missing"),
        (having(first_event(), parameters=["a"]), "the field parameters has a value of another type"),
        (having(first_event(), livemode=1), "the field livemode has a value of another type"),
        (having(first_event(), originator_topic="ledger"), "the field originator_topic is not report_run"),
        (having(first_event(), originator_topic="os:system"), "the field originator_topic is not report_run"),
        (StoredEvent("frr_1", 2, "report_run.created", first_event().state), "it can only be the first event"),
        (StoredEvent("frr_1", 1, "report_run.failed", first_event().state), "the field error is missing"),
        (StoredEvent("frr_1", 1, "os:system", first_event().state), "its type 'os:system' is none of Reportrun's"),
    ],
)
def test_an_event_that_is_damaged_says_why(event: StoredEvent, reason: str) -> None:
    marked = MAPPER.decode_or_mark(event)

    assert isinstance(marked, DamagedEvent)
    assert marked.reason.startswith(reason)
    with pytest.raises(RecordDamaged, match="reportrun doctor"):
        MAPPER.to_domain_event(event)


def test_a_topic_never_imports_a_module() -> None:
    sys.modules.pop("antigravity", None)

    for topic in ("antigravity:fly", "antigravity", "antigravity.fly"):
        MAPPER.decode_or_mark(StoredEvent("frr_1", 1, topic, first_event().state))

    assert "antigravity" not in sys.modules


def test_a_type_of_a_later_version_is_unknown_and_not_damaged() -> None:
    with pytest.raises(TopicError):
        MAPPER.to_domain_event(StoredEvent("frr_1", 2, "report_run.reviewed", first_event().state))


def test_the_views_go_on_past_a_damaged_event_and_show_its_run_as_failed() -> None:
    store = open_memory()
    damaged, other = pending_run(), pending_run()
    start(damaged)
    first, attempt = stored(damaged)

    store.recorder.append([Append([first, with_state(attempt, b"{"), *stored(other)])])
    store.projector.catch_up()

    assert store.views.position() == store.events.last_position()
    shown, intact = row_of(store, damaged), row_of(store, other)
    assert shown is not None and (shown.status, shown.error) == ("failed", DAMAGED)
    assert intact is not None and intact.status == "pending"


@pytest.mark.parametrize("finish", [succeed, fail])
def test_an_outcome_that_is_intact_is_shown_however_the_events_are_batched(
    tmp_path: Path, finish: Callable[..., Any]
) -> None:
    run = pending_run()
    start(run)
    finish(run)
    first, attempt, outcome = stored(run)
    shown = []

    for number, ends in enumerate(itertools.product([False, True], repeat=2)):
        with stores_in(tmp_path / str(number)) as stores:
            for event, ends_batch in zip((first, with_state(attempt, b"{"), outcome), (*ends, True), strict=True):
                stores.store.recorder.append([Append([event])])
                if ends_batch:
                    stores.projector.catch_up()
            shown.append(asyncio.run(stores.views.runs.get(SCOPE, run.id)))

    assert shown[0] is not None and shown[0].status != "pending" and shown[0].error != DAMAGED
    assert len(set(shown)) == 1


def test_a_key_with_a_damaged_event_is_refused_from_then_on() -> None:
    store = open_memory()
    key, _ = ApiKey.create(SCOPE, actor="cli:me", at=NOON)
    key.revoke(actor="cli:me", at=NOON)
    created, revoked = (MAPPER.to_stored_event(event) for event in key.collect_events())

    store.recorder.append([Append([created, without(revoked, "actor")])])
    store.projector.catch_up()

    (row,) = asyncio.run(store.views.keys.all())
    assert row.revoked_at == DAMAGED_AT


def test_values_that_contradict_each_other_are_damage_too() -> None:
    store = open_memory()
    ledger = Ledger.open(livemode=False, actor="cli:me", at=NOON)
    ledger.record_load(
        account="acct_1",
        owner="acct_1",
        tables={"payouts": 1},
        files=[],
        created={},
        brought={},
        complete_through=None,
        actor="cli:me",
        at=NOON,
    )
    opened, loaded = (MAPPER.to_stored_event(event) for event in ledger.collect_events())
    other = pending_run()

    store.recorder.append([Append([opened, having(loaded, windows={"payouts": [5]}), *stored(other)])])
    store.projector.catch_up()

    assert row_of(store, other) is not None
    with pytest.raises(RecordDamaged, match="ledger_test"):
        store.events.find(Ledger, "ledger_test")


def test_a_rebuild_names_each_damaged_event_and_makes_the_same_views() -> None:
    store = open_memory()
    damaged, other = pending_run(), pending_run()
    first, *_ = stored(damaged)
    store.recorder.append([Append([with_state(first, b"{"), *stored(other)])])
    store.projector.catch_up()
    before = row_of(store, other)
    named: list[LogFault] = []

    rebuild(store.events, store.views, PROJECTIONS, lambda done, goal: None, named.append)

    assert [(fault.position, fault.aggregate, fault.version) for fault in named] == [(1, damaged.id, 1)]
    assert row_of(store, other) == before and row_of(store, damaged) is None


def test_the_check_of_a_log_names_damage_and_gaps() -> None:
    store = open_memory()
    damaged, headless, gap, intact = (pending_run() for _ in range(4))
    for run in (damaged, headless, gap, intact):
        start(run)
        fail(run)
    one, two, three = stored(damaged)
    store.recorder.append([Append([one, with_state(two, b"{"), three, *stored(headless)[1:], *stored(intact)])])
    first, _, last = stored(gap)
    store.recorder.append([Append([first, last])])

    found = list(faults_of_events(store.events, lambda position: None))
    sequence = list(sequence_faults(store.recorder.out_of_sequence()))

    assert [(fault.aggregate, fault.version) for fault in found] == [(damaged.id, 2)]
    assert {(fault.aggregate, fault.version) for fault in sequence} == {(headless.id, 2), (gap.id, 3)}


@pytest.mark.parametrize("missing", [0, 1])
def test_an_aggregate_with_a_missing_event_is_damaged(missing: int) -> None:
    store = open_memory()
    run = pending_run()
    start(run)
    fail(run)
    events = stored(run)
    del events[missing]
    store.recorder.append([Append(events)])

    with pytest.raises(RecordDamaged, match="do not follow"):
        store.events.find(ReportRun, run.id)


def test_a_damaged_event_is_shown_in_its_history() -> None:
    event = MAPPER.decode_or_mark(having(first_event(), livemode="no"))

    shown = event_object(event, event.actor)

    assert shown["type"] == "reportrun.damaged"
    assert shown["data"] == {
        "reason": "the field livemode has a value of another type",
        "topic": "report_run.created",
    }
    assert (shown["actor"], shown["sequence"]) == ("key_1", 1)
