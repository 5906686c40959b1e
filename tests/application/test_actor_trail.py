"""What keys, people and workers did, as the log has it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from application.history.actor_trail import Deed, Selection, trail
from domain.access.account import Account
from domain.access.api_key import ApiKey, secret_digest
from domain.access.caller import Caller, Scope
from domain.access.console_session import ConsoleSession
from domain.files.file_link import FileLink
from domain.runs.report_run import ReportRun
from interfaces.composition.stores import Stores
from tests.support.clock import NOON
from tests.support.damage import change_event
from tests.support.runs import pending_run, start, succeed
from tests.support.stores import stores_in

NOON_SECONDS = int(NOON.timestamp())


def filled(stores: Stores) -> tuple[ReportRun, ReportRun]:
    """An account, a run of acct_1 by key_1 that a worker made, and one of acct_2 by the same key, a minute later."""
    account = Account.register(actor="cli:alice", at=NOON, name="Shop", id="acct_2")
    first = pending_run()
    second = ReportRun.request(
        "balance.summary.1", {}, scope=Scope("acct_2", livemode=True), actor="key_1", at=NOON + timedelta(minutes=1)
    )
    start(first)
    succeed(first)
    for aggregate in (account, first, second):
        stores.events.save(aggregate)
    return first, second


def test_each_deed_says_when_who_for_whom_by_which_request_and_what_it_touched(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        first, _ = filled(stores)
        deed, *_ = trail(stores.events, Selection(actor="key_1"))

    assert deed == Deed(
        2,
        "2026-01-02T12:00:00.000Z",
        "key_1",
        "acct_1",
        "req_1",
        "report_run.created",
        first.id,
        1,
        {
            "report_type": "balance.summary.1",
            "parameters": {"interval_start": 1, "interval_end": 2},
            "account": "acct_1",
            "livemode": False,
            "request_id": "req_1",
            "idempotency_key": "idem",
            "api_version": "2026-10-28.endive",
        },
    )


def test_no_deed_has_what_opens_a_link_or_finds_a_key(tmp_path: Path) -> None:
    scope = Scope("acct_1", livemode=False)
    link = FileLink.create(
        scope, file_id="file_1", run_id="frr_1", expires_at=None, metadata={}, actor="key_1", at=NOON
    )
    key, secret = ApiKey.create(scope, actor="cli:alice", at=NOON)
    session, _ = ConsoleSession.sign_in(
        Caller(scope, key.id, "sk_test_***"), key_sha256=secret_digest(secret), lasting_seconds=60, at=NOON
    )
    with stores_in(tmp_path) as stores:
        stores.events.save(link, key, session)
        deeds = list(trail(stores.events, Selection(account="acct_1")))

    shown = orjson.dumps([deed._asdict() for deed in deeds]).decode()
    assert [deed.event for deed in deeds] == ["file_link.created", "api_key.created", "console_session.signed_in"]
    assert link.token not in shown and secret_digest(secret) not in shown
    assert [deeds[0].data["token"], deeds[1].data["secret_sha256"], deeds[2].data["key_sha256"]] == ["[redacted]"] * 3


@pytest.mark.parametrize(
    ("selection", "positions"),
    [
        (Selection(actor="key_1"), [2, 5]),
        (Selection(actor="key"), []),
        (Selection(actor="cli:alice"), [1]),
        (Selection(actor="worker:a:1"), [3, 4]),
        (Selection(actor="worker:a"), [3, 4]),
        (Selection(actor="worker"), [3, 4]),
        (Selection(account="acct_1"), [2, 3, 4]),
        (Selection(account="acct_2"), [1, 5]),
        (Selection(since=NOON_SECONDS + 1), [5]),
        (Selection(until=NOON_SECONDS + 60), [1, 2, 3, 4]),
        (Selection(actor="key_1", account="acct_2", since=NOON_SECONDS, until=NOON_SECONDS + 61), [5]),
    ],
)
def test_deeds_are_selected(tmp_path: Path, selection: Selection, positions: list[int]) -> None:
    with stores_in(tmp_path) as stores:
        filled(stores)

        assert [deed.position for deed in trail(stores.events, selection)] == positions


def test_the_log_is_read_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.log.event_store.STREAM_EVENTS", 2)
    with stores_in(tmp_path) as stores:
        filled(stores)

        assert [deed.position for deed in trail(stores.events, Selection())] == [1, 2, 3, 4, 5]


def test_a_damaged_event_does_not_hide_the_others(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        first, _ = filled(stores)
        change_event(tmp_path, first.id, 1, state=b"{")

        found = [(deed.position, deed.event, deed.account) for deed in trail(stores.events, Selection())]

    assert found[1:4] == [
        (2, "reportrun.damaged", None),
        (3, "report_run.attempt_started", None),
        (4, "report_run.succeeded", "acct_1"),
    ]
