"""What the history of a run shows to its connected account, and to the platform that acts for it."""

from __future__ import annotations

import re
import socket

import httpx
import pytest

from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.official import finished, stripe_client
from tests.support.report_requests import RUNS
from tests.support.server import SampleInstallation
from tests.wire.keys import bearer

Headers = dict[str, str]

FORM = {
    "report_type": "balance.summary.1",
    "parameters[interval_start]": "1735689600",
    "parameters[interval_end]": "1738368000",
}


@pytest.fixture
def by_platform(installation: SampleInstallation) -> Headers:
    return {**bearer(installation.test_key), "Stripe-Account": installation.connected}


@pytest.fixture
def by_account(installation: SampleInstallation) -> Headers:
    return bearer(installation.connected_key)


def history_of(
    web: httpx.Client,
    address: str,
    installation: SampleInstallation,
    asked_by: Headers,
    key: str,
    seen_by: Headers,
) -> tuple[list[str], str | None, str]:
    """Actors and idempotency key of a finished run's history, and all of its text."""
    run = web.post(RUNS, data=FORM, headers={**asked_by, "Idempotency-Key": key}).json()
    finished(stripe_client(installation.connected_key, address), run["id"])
    answer = web.get(f"{RUNS}/{run['id']}/history", headers=seen_by)
    events = answer.json()["data"]
    return [event["actor"] for event in events], events[0]["data"]["idempotency_key"], answer.text


def test_a_connected_account_sees_neither_its_platforms_keys_nor_the_workers_hosts(
    web: httpx.Client, address: str, installation: SampleInstallation, by_platform: Headers, by_account: Headers
) -> None:
    actors, key, text = history_of(web, address, installation, by_platform, "platform-secret-1", by_account)

    assert actors == ["platform", "worker", "worker"]
    assert key is None
    assert "platform-secret-1" not in text
    assert "key_" not in text
    assert not re.search(rf"\b{re.escape(socket.gethostname())}\b", text)


def test_a_connected_account_sees_its_own_keys(
    web: httpx.Client, address: str, installation: SampleInstallation, by_account: Headers
) -> None:
    actors, key, _ = history_of(web, address, installation, by_account, "own-1", by_account)

    assert actors[0].startswith("key_")
    assert actors[1:] == ["worker", "worker"]
    assert key == "own-1"


def test_a_platform_sees_all(
    web: httpx.Client, address: str, installation: SampleInstallation, by_platform: Headers
) -> None:
    actors, key, _ = history_of(web, address, installation, by_platform, "platform-secret-2", by_platform)

    assert actors[0].startswith("key_")
    assert actors[1].startswith(f"worker:{socket.gethostname()}:")
    assert key == "platform-secret-2"


def test_the_name_of_a_key_is_beside_it(
    web: httpx.Client, address: str, installation: SampleInstallation, by_platform: Headers, by_account: Headers
) -> None:
    with Installation(Settings(data=installation.data)) as opened:
        scope = Scope(installation.platform, livemode=False)
        _, named = administration(opened).create_key(scope, KeyKind.SECRET, (), None, "Nightly export")
    asked_by = {**bearer(named), "Stripe-Account": installation.connected}
    run = web.post(RUNS, data=FORM, headers=asked_by).json()
    finished(stripe_client(installation.connected_key, address), run["id"])

    seen = [web.get(f"{RUNS}/{run['id']}/history", headers=viewer).json() for viewer in (by_platform, by_account)]

    assert [[event["actor_name"] for event in one["data"]] for one in seen] == [
        ["Nightly export", None, None],
        [None, None, None],
    ]
