"""Public events over HTTP: their objects, filters, paging and expiry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.access.caller import Scope
from domain.runs.report_run import ReportRun
from interfaces.composition.installation import Installation
from interfaces.http.edge.versions import DEFAULT_VERSION
from tests.support.in_process import InProcess
from tests.support.runs import a_file
from tests.support.server import ACTOR, SampleInstallation, install

EVENTS = "/v1/events"
SUCCEEDED, FAILED = "reporting.report_run.succeeded", "reporting.report_run.failed"
UPDATED = "reporting.report_type.updated"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("events"))


@pytest.fixture
def ended(opened: Installation, installation: SampleInstallation) -> tuple[str, str]:
    """Ids of the events of a run that has succeeded, and of one that has failed after it."""
    return _ended(opened, installation.platform), _ended(opened, installation.platform, "No more memory.")


def _ended(opened: Installation, account: str, error: str | None = None, days_ago: float = 0) -> str:
    stores, at = opened.stores, opened.clock.now() - timedelta(days=days_ago)
    scope = Scope(account, livemode=False)
    run = ReportRun.request("balance.summary.1", {"interval_start": 1}, scope=scope, actor=ACTOR, at=at)
    if error is None:
        run.succeed(a_file(), ledger_version=1, seconds=0.1, actor=ACTOR, at=at)
    else:
        run.fail(error, reason="engine_error", actor=ACTOR, at=at)
    stores.events.save(run)
    stores.projector.catch_up()
    return f"evt_{run.id[4:]}"


@pytest.fixture
def ask(api: InProcess, installation: SampleInstallation) -> Any:
    def ask(url: str, key: str = installation.test_key, **headers: str) -> httpx.Response:
        return api("GET", url, key=key, headers=headers)

    return ask


def ids(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [event["id"] for event in response.json()["data"]]


def error_of(response: httpx.Response) -> tuple[int, str | None, str | None, str]:
    error = response.json()["error"]
    return response.status_code, error.get("code"), error.get("param"), error["message"]


def test_an_event_holds_the_run_as_callers_read_it(ask: Any, ended: tuple[str, str]) -> None:
    run = ask(f"/v1/reporting/report_runs/frr_{ended[0][4:]}").json()

    event = ask(f"{EVENTS}/{ended[0]}").json()

    assert event == {
        "id": ended[0],
        "object": "event",
        "api_version": DEFAULT_VERSION,
        "created": run["succeeded_at"],
        "data": {"object": run},
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": SUCCEEDED,
    }
    assert list(event) == ["id", "object", *sorted(list(event)[2:])]


def test_an_event_of_a_report_type_holds_it_as_callers_read_it(ask: Any) -> None:
    updates = {
        event["data"]["object"]["id"]: event for event in ask(f"{EVENTS}?type={UPDATED}&limit=100").json()["data"]
    }
    offered = {one["id"]: one for one in ask("/v1/reporting/report_types").json()["data"]}

    assert {id: event["data"]["object"] for id, event in updates.items()} == offered
    assert len(offered) > 20
    one = updates["balance.summary.1"]
    assert ask(f"{EVENTS}/{one['id']}").json() == one


def test_a_version_that_is_asked_for_does_not_change_an_event(ask: Any, ended: tuple[str, str]) -> None:
    first, later = ask(f"{EVENTS}/{ended[0]}"), ask(f"{EVENTS}/{ended[0]}", **{"Stripe-Version": "2020-08-27"})

    assert first.content == later.content


def test_events_are_filtered_by_type(ask: Any, ended: tuple[str, str]) -> None:
    succeeded, failed = ended

    def listed(query: str) -> list[str]:
        return ids(ask(f"{EVENTS}?limit=2&{query}"))

    assert listed(f"type={FAILED}")[:1] == [failed]
    assert listed("type=reporting.report_run.*") == [failed, succeeded]
    assert listed("type=*.succeeded")[:1] == [succeeded]
    assert listed(f"types[]={FAILED}&types[]={SUCCEEDED}") == [failed, succeeded]
    assert listed(f"types[0]={SUCCEEDED}")[:1] == [succeeded]
    assert listed("type=*") == [failed, succeeded]
    assert listed("type=charge.succeeded") == listed("types[]=charge.succeeded") == listed("type=.*") == []


@pytest.mark.parametrize(
    ("query", "param", "message"),
    [
        (f"type=*&types[]={FAILED}", "types", "Received both type and types parameters. Please pass in only one."),
        ("types=x", "types", "Invalid array"),
        ("&".join("types[]=x" for _ in range(21)), "types", "types has 21 items; at most 20 are allowed."),
        ("delivery_success=perhaps", "delivery_success", "Invalid boolean: perhaps"),
        ("starting_after=evt_nope", "starting_after", "No such event: 'evt_nope'"),
        ("wat=1", "wat", "Received unknown parameter: wat"),
    ],
)
def test_a_list_that_cannot_be_made_is_refused(ask: Any, query: str, param: str, message: str) -> None:
    refused = error_of(ask(f"{EVENTS}?{query}"))

    assert (refused[0], refused[2]) == (400, param)
    assert refused[3].startswith(message)


def test_a_list_is_walked_in_both_directions(ask: Any, ended: tuple[str, str]) -> None:
    every = ids(ask(f"{EVENTS}?limit=100"))

    first = ask(f"{EVENTS}?limit=3")
    second = ask(f"{EVENTS}?limit=3&starting_after={every[2]}")
    back = ask(f"{EVENTS}?limit=3&ending_before={every[3]}")

    assert ids(first) + ids(second) == every[:6]
    assert ids(back) == every[:3]
    assert first.json()["has_more"] and not back.json()["has_more"]
    assert first.json()["url"] == EVENTS


def test_an_event_expires_after_30_days(ask: Any, opened: Installation, installation: SampleInstallation) -> None:
    kept = _ended(opened, installation.stranger, days_ago=29.9)
    expired = _ended(opened, installation.stranger, days_ago=30.1)
    key = installation.stranger_key

    gone = error_of(ask(f"{EVENTS}/{expired}", key))

    assert gone[:3] == (404, "resource_missing", "id")
    assert gone[3].startswith(f"No such event: '{expired}'")
    assert "has expired: events are kept for 30 days" in gone[3]
    assert ask(f"{EVENTS}/{kept}", key).status_code == 200
    assert ids(ask(f"{EVENTS}?type=reporting.report_run.*", key)) == [kept]


def test_an_event_is_seen_by_its_own_account_and_mode(
    ask: Any, ended: tuple[str, str], installation: SampleInstallation
) -> None:
    hidden = [error_of(ask(f"{EVENTS}/{ended[0]}", key)) for key in (installation.live_key, installation.stranger_key)]

    assert [error[0] for error in hidden] == [404, 404]
    assert "a similar object exists in test mode" in hidden[0][3]
    assert hidden[1][3] == f"No such event: '{ended[0]}'"


def test_a_platform_reads_the_events_of_a_connected_account_with_its_name(
    ask: Any, opened: Installation, installation: SampleInstallation
) -> None:
    event = _ended(opened, installation.connected)

    by_platform = ask(f"{EVENTS}/{event}", **{"Stripe-Account": installation.connected}).json()
    by_account = ask(f"{EVENTS}/{event}", installation.connected_key).json()

    assert by_platform.pop("account") == installation.connected
    assert by_platform == by_account
