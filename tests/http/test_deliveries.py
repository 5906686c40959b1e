"""The attempts to deliver an event over HTTP: for the owners of the endpoints, and nobody else."""

from __future__ import annotations

import asyncio

import pytest

from application.ports.outbox import Attempt
from application.webhooks.endpoint_commands import CreateEndpoint
from domain.access.caller import Scope
from domain.runs.report_run import ReportRun
from interfaces.composition.installation import Installation
from interfaces.composition.webhooks import endpoint_administration
from tests.support.in_process import InProcess
from tests.support.runs import a_file
from tests.support.server import ACTOR, SampleInstallation, install

AT = 1_767_355_200.0


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("deliveries"))


def attempted(opened: Installation, account: str, endpoint_of: str, *, connect: bool = False) -> tuple[str, str]:
    """Ids of an event of an account and of an endpoint, to which two attempts were made."""
    scope, at = Scope(account, livemode=False), opened.clock.now()
    command = CreateEndpoint(Scope(endpoint_of, livemode=False), ACTOR, "https://example.com/", ["*"], connect=connect)
    endpoint = asyncio.run(endpoint_administration(opened).create(command)).row.id
    run = ReportRun.request("balance.summary.1", {"interval_start": 1}, scope=scope, actor=ACTOR, at=at)
    run.succeed(a_file(), ledger_version=1, seconds=0.1, actor=ACTOR, at=at)
    opened.stores.events.save(run)
    opened.stores.projector.catch_up()
    event = f"evt_{run.id[4:]}"
    failed = Attempt(event, endpoint, 1, AT, 0.25, 500, "The endpoint answered 500.", "no", False, AT + 5)
    accepted = Attempt(event, endpoint, 2, AT + 5, 0.5, 200, None, "", True)
    opened.stores.outbox.record("deliverer:1", [failed, accepted])
    return event, endpoint


def test_attempts_are_listed_oldest_first_in_pages(
    api: InProcess, opened: Installation, installation: SampleInstallation
) -> None:
    event, endpoint = attempted(opened, installation.platform, installation.platform)
    url = f"/v1/events/{event}/deliveries"

    first = api("GET", url, key=installation.test_key, params={"limit": 1}).json()
    second = api("GET", url, key=installation.test_key, params={"starting_after": first["data"][0]["id"]}).json()

    assert (first["url"], first["has_more"], second["has_more"]) == (url, True, False)
    assert [*first["data"][0].items()] == [
        ("id", f"{endpoint}:1767355200000"),
        ("object", "reportrun.delivery_attempt"),
        ("answer", "no"),
        ("created", 1767355200),
        ("delivered", False),
        ("error", "The endpoint answered 500."),
        ("event", event),
        ("milliseconds", 250),
        ("next_attempt_at", 1767355205),
        ("number", 1),
        ("status", 500),
        ("webhook_endpoint", endpoint),
    ]
    assert [one["delivered"] for one in second["data"]] == [True]


def test_strangers_and_keys_without_the_permission_see_nothing(
    api: InProcess, opened: Installation, installation: SampleInstallation
) -> None:
    event, _ = attempted(opened, installation.platform, installation.platform)
    url = f"/v1/events/{event}/deliveries"

    assert api("GET", url, key=installation.stranger_key).status_code == 404
    assert api("GET", url, key=installation.live_key).status_code == 404
    assert api("GET", url, key=installation.files_read_key).status_code == 403


def test_a_connected_account_does_not_see_its_platforms_endpoints(
    api: InProcess, opened: Installation, installation: SampleInstallation
) -> None:
    event, _ = attempted(opened, installation.connected, installation.platform, connect=True)
    url, acting = f"/v1/events/{event}/deliveries", {"Stripe-Account": installation.connected}

    assert api("GET", url, key=installation.connected_key).json()["data"] == []
    assert len(api("GET", url, key=installation.test_key, headers=acting).json()["data"]) == 2
