"""The erasure of fields in stored events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from application.history.erased_events import erased_events
from application.history.erasing import ErasedEvent, Erasing
from application.log.log_check import fault_of
from application.ports.outbox import Attempt
from application.projecting.projector import Projector
from application.views.registry import PROJECTIONS
from application.webhooks.public_event import event_id_of
from domain.errors import InvalidParameter, NotFound, StoreUnavailable
from domain.runs.report_run import ReportRun
from interfaces.composition.stores import Stores, rebuild_views
from interfaces.storage.sql.views.views import SqlViews
from tests.support.clock import NOON, StillClock
from tests.support.damage import change_event
from tests.support.runs import SCOPE, fail, pending_run, start, succeed
from tests.support.stores import every_row, positions, stores_in

REASON = "Request 17"


@pytest.fixture(params=["sqlite", "postgres"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    url = request.getfixturevalue("database_url") if request.param == "postgres" else ""
    with stores_in(tmp_path, url) as opened:
        yield opened


def erasing(stores: Stores, *, is_sealed: bool = True) -> Erasing:
    return Erasing(
        events=stores.events,
        log=stores.store.recorder,
        clock=StillClock(),
        person="cli:bob",
        seal=lambda: is_sealed,
        drop_old_views=stores.views.drop_earlier_versions,
        forget_answers=stores.outbox.forget_answers,
        show=stores.projector.catch_up,
    )


def finished(stores: Stores, error: str | None = None, actor: str = "cli:alice") -> ReportRun:
    run = ReportRun.request(
        "balance.summary.1",
        {"interval_start": 1, "customer": "cus_1", "columns": ["payment_metadata[name]"]},
        scope=SCOPE, actor=actor, at=NOON, request_id="req_1", idempotency_key="idem", api_version=None,
    )  # fmt: skip
    start(run)
    if error:
        fail(run, error)
    else:
        succeed(run)
    stores.events.save(run)
    stores.projector.catch_up()
    return run


def test_parameters_are_gone_from_the_event_and_from_the_views(stores: Stores) -> None:
    run = finished(stores)
    before = stores.events.stored_events(run.id)[0].state

    erased = erasing(stores).erase(run.id, ["parameters"], REASON)

    created, *_, recorded = stores.events.stored_events(run.id)
    assert erased == [ErasedEvent(1, "report_run.created", ["parameters"])]
    assert orjson.loads(created.state)["parameters"] == {"columns": [], "customer": "[erased]"}
    assert b"cus_1" in before
    assert b"cus_1" not in created.state and b"salt" not in created.state
    event = stores.events.events_of(run.id)[-1]
    assert isinstance(event, ReportRun.Erased)
    assert (event.actor, event.reason, event.erased_version, event.fields) == ("cli:bob", REASON, 1, ["parameters"])
    assert (event.sha256_before, event.sha256_after) == (digest(before), digest(created.state))
    assert recorded.topic == "event.erased" and b"cus_1" not in recorded.state
    row = asyncio.run(stores.views.runs.get(SCOPE, run.id))
    assert row is not None and row.parameters == '{"columns":[],"customer":"[erased]"}'


def test_what_endpoints_have_sent_back_goes_too(stores: Stores) -> None:
    run, other = finished(stores), finished(stores)
    attempts = [
        Attempt(event_id_of(one.id), "we_1", 1, 1.0, 0.1, 200, None, "Thanks for cus_1", True, None)
        for one in (run, other)
    ]
    stores.outbox.record("deliverer:a:1", attempts)

    erasing(stores).erase(run.id, ["parameters.customer"], REASON)

    assert [[attempt.answer for attempt in asyncio.run(stores.outbox.attempts(one.event_id))] for one in attempts] == [
        [""],
        ["Thanks for cus_1"],
    ]


def test_a_rebuild_gives_the_same_views(stores: Stores) -> None:
    for error in (None, "The customer Jane Roe has no invoices."):
        erasing(stores).erase(
            finished(stores, error).id, ["parameters", "actor", *(["error"] if error else [])], REASON
        )
    before = every_row(stores)

    rebuild_views(stores, PROJECTIONS, lambda position, last: None)

    assert every_row(stores) == before
    assert "Jane Roe" not in str(before) and "cli:alice" not in str(before)


def test_one_parameter_can_be_erased_alone(stores: Stores) -> None:
    run = finished(stores)

    erasing(stores).erase(run.id, ["parameters.customer"], REASON)

    found = stores.events.find(ReportRun, run.id)
    assert found is not None
    assert found.parameters == {
        "interval_start": 1,
        "customer": "[erased]",
        "columns": ["payment_metadata[name]"],
    }


@pytest.mark.parametrize(("actor", "left"), [("cli:alice", "cli:[erased]"), ("user:ada@example.com", "user:[erased]")])
def test_the_name_of_a_person_is_erased_from_every_event_and_from_the_list(
    stores: Stores, actor: str, left: str
) -> None:
    run = finished(stores, actor=actor)

    erasing(stores).erase(run.id, ["actor"], REASON)

    assert [event.actor for event in stores.events.events_of(run.id)][:3] == [left, "worker:a:1", "worker:a:1"]
    row = asyncio.run(stores.views.runs.get(SCOPE, run.id))
    assert row is not None and row.asked_by == left


def test_the_id_of_a_key_is_nothing_to_erase(stores: Stores) -> None:
    run = finished(stores, actor="key_1")

    with pytest.raises(InvalidParameter, match="has anything to erase in actor"):
        erasing(stores).erase(run.id, ["actor"], REASON)


def test_every_event_of_an_erased_run_can_be_decoded(stores: Stores) -> None:
    run = finished(stores, "It went wrong.")

    erasing(stores).erase(run.id, ["parameters", "error", "idempotency_key", "actor"], REASON)

    rows = stores.store.recorder.events_after(0, 100)
    assert len(rows) == 5
    assert [fault_of(row) for row in rows] == [None] * 5


def test_the_erased_events_are_known_with_the_digests_from_before_the_first_erasure(stores: Stores) -> None:
    run = finished(stores)
    before = stores.events.stored_events(run.id)[0].state

    erasing(stores).erase(run.id, ["parameters.customer"], REASON)
    erasing(stores).erase(run.id, ["parameters"], REASON)

    assert erased_events(stores.events, stores.store.recorder) == {(run.id, 1): digest(before)}


def test_an_erasure_before_anything_was_sealed_says_nothing_of_a_leaf(stores: Stores) -> None:
    run = finished(stores)

    erasing(stores, is_sealed=False).erase(run.id, ["parameters"], REASON)

    assert erased_events(stores.events, stores.store.recorder) == {}


def test_an_erased_event_that_was_changed_afterwards_is_not_excused(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        run = finished(stores)
        erasing(stores).erase(run.id, ["parameters"], REASON)
        state = stores.events.stored_events(run.id)[0].state
        change_event(tmp_path, run.id, 1, state=state.replace(b"acct_1", b"acct_2"))

        assert erased_events(stores.events, stores.store.recorder) == {}


def test_an_erasure_that_is_damaged_vouches_for_nothing(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        run = finished(stores)
        erasing(stores).erase(run.id, ["parameters"], REASON)
        change_event(tmp_path, run.id, 4, state=b"{")

        assert erased_events(stores.events, stores.store.recorder) == {}


def test_the_views_of_an_earlier_version_are_dropped_and_can_be_made_anew(stores: Stores) -> None:
    run = finished(stores)
    later = other_views(stores, "_99")
    assert asyncio.run(other_views(stores, "_10").runs.get(SCOPE, run.id)) is not None

    erasing(stores).erase(run.id, ["parameters"], REASON)

    assert not [row for row in positions(stores) if str(row["view"]).endswith("_10")]
    assert asyncio.run(other_views(stores, "_10", catches_up=False).runs.get(SCOPE, run.id)) is None
    assert asyncio.run(later.runs.get(SCOPE, run.id)) is not None


def test_a_rebuild_drops_the_views_of_earlier_versions(stores: Stores) -> None:
    run = finished(stores)
    other_views(stores, "_10")

    rebuild_views(stores, PROJECTIONS, lambda position, last: None)

    assert asyncio.run(other_views(stores, "_10", catches_up=False).runs.get(SCOPE, run.id)) is None
    assert asyncio.run(stores.views.runs.get(SCOPE, run.id)) is not None


def other_views(stores: Stores, version: str, *, catches_up: bool = True) -> SqlViews:
    """As a program of another version makes them in the same store."""
    views = SqlViews(stores.store.database, suffix=version)
    views.set_up()
    if catches_up:
        Projector(stores.events, views, PROJECTIONS).catch_up()
    return views


def test_the_bytes_before_are_in_no_file_of_the_store(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        run = finished(stores)
        other_views(stores, "_10")
        assert any(b"cus_1" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        erasing(stores).erase(run.id, ["parameters"], REASON)

    found = [path.name for path in tmp_path.rglob("*") if path.is_file() and b"cus_1" in path.read_bytes()]
    assert found == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            ["sha256"],
            "'sha256' cannot be erased. These can: parameters, parameters.NAME",
        ),
        (["error.text"], "'error.text' cannot be erased"),
        (["parameters.payout"], "has anything to erase in parameters.payout"),
    ],
)
def test_what_cannot_be_erased_is_refused(stores: Stores, fields: list[str], message: str) -> None:
    run = finished(stores)

    with pytest.raises(InvalidParameter, match=message):
        erasing(stores).erase(run.id, fields, REASON)
    assert len(stores.events.events_of(run.id)) == 3


def test_a_pending_run_and_one_that_is_not_there_are_refused(stores: Stores) -> None:
    run = pending_run()
    stores.events.save(run)

    with pytest.raises(InvalidParameter, match="is pending, and needs what it was asked for"):
        erasing(stores).erase(run.id, ["parameters"], REASON)
    with pytest.raises(NotFound):
        erasing(stores).erase("frr_none", ["parameters"], REASON)
    with pytest.raises(InvalidParameter, match="A reason has 1 to 500 characters"):
        erasing(stores).erase(run.id, ["parameters"], "")


def test_nothing_is_erased_of_a_run_that_is_changed_meanwhile(stores: Stores) -> None:
    run = finished(stores)
    other = stores.events.find(ReportRun, run.id)
    assert other is not None

    def change_meanwhile() -> bool:
        other.remove_file("file_1", actor="cli:carol", at=NOON)
        stores.events.save(other)
        return True

    interrupted = erasing(stores)
    interrupted._seal = change_meanwhile

    with pytest.raises(StoreUnavailable, match="was changed meanwhile, and nothing is erased"):
        interrupted.erase(run.id, ["parameters"], REASON)
    assert b"cus_1" in stores.events.stored_events(run.id)[0].state


def digest(state: bytes) -> str:
    return sha256(state).hexdigest()
