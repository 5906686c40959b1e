"""NUL characters, which PostgreSQL holds in no text: no door takes one, and a stored one stops nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.health.findings import Level
from application.log.damage import LogFault
from application.projecting.rebuild import rebuild
from application.views.registry import PROJECTIONS
from domain.access.api_key import ApiKey, KeyKind
from domain.access.caller import Scope
from domain.webhooks.webhook_endpoint import EndpointDetails, WebhookEndpoint
from interfaces.composition.commands import administration
from interfaces.composition.examination import examination
from interfaces.composition.installation import Installation
from interfaces.composition.stores import Stores
from interfaces.settings import Settings
from tests.console.conftest import Visitor, visitors_of
from tests.support.clock import NOON
from tests.support.in_process import in_process

ACTOR = "cli:test"


@pytest.fixture
def store(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    with Installation(Settings(data=tmp_path, database_url=database_url, database_pool_size=2)) as opened:
        yield opened


@pytest.fixture
def scope(store: Installation) -> Scope:
    return Scope(administration(store).platform(), livemode=False)


@pytest.fixture
def operator(store: Installation, scope: Scope) -> Iterator[Visitor]:
    secret = administration(store).create_key(scope, KeyKind.SECRET, (), None)[1]
    with visitors_of(store) as new_visitor:
        visitor = new_visitor()
        visitor.sign_in(secret)
        yield visitor


def save_key(stores: Stores, scope: Scope, name: str) -> str:
    """As versions before this one stored keys from the console, with any name."""
    key = ApiKey.begin(
        ApiKey.Created,
        id=f"key_{len(name)}",
        at=NOON,
        actor=ACTOR,
        account=scope.account,
        livemode=scope.livemode,
        kind="sk",
        secret_sha256=f"{len(name):064}",
        redacted="sk_test_****",
        permissions=[],
        expires_at=None,
        name=name,
    )
    stores.events.save(key)
    return key.id


def save_endpoint(stores: Stores, scope: Scope) -> None:
    """An endpoint of which a later event cannot be held."""
    endpoint = WebhookEndpoint.create(scope, EndpointDetails("https://a.example/in", ("*",)), actor=ACTOR, at=NOON)
    facts = {"url": "https://a.example/in", "enabled_events": ["*"], "metadata": {}}
    endpoint.record(WebhookEndpoint.Updated, at=NOON, actor=ACTOR, description="a\0b", **facts)
    stores.events.save(endpoint)


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("/console/access/keys", {"name": "a\0b", "kind": "secret"}),
        ("/console/access/accounts", {"name": "a\0b"}),
        ("/console/webhooks/endpoints", {"url": "https://a.example", "events": ["*"], "description": "a\0b"}),
        ("/console/sign-in", {"key": "a\0b"}),
    ],
)
def test_no_form_takes_one(operator: Visitor, store: Installation, page: str, fields: dict[str, str]) -> None:
    before = store.stores.events.last_position()

    answer = operator.post(page, fields)

    assert (answer.status_code, "NUL character" in answer.text) == (400, True), answer.text
    assert store.stores.events.last_position() == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/links/%00", 404),
        ("/console/runs/%00", 404),
        ("/console/runs?asked_by=%00", 400),
        ("/console/webhooks?a%00=b", 400),
    ],
)
def test_no_address_takes_one(operator: Visitor, path: str, status: int) -> None:
    assert operator.get(path).status_code == status


def test_an_id_with_one_is_not_found(store: Installation, scope: Scope) -> None:
    secret = administration(store).create_key(scope, KeyKind.SECRET, (), None)[1]

    with in_process(store) as ask:
        answer = ask("GET", "/v1/reporting/report_runs/%00", key=secret)

    assert answer.status_code == 404
    assert answer.json()["error"]["message"].startswith("Unrecognized request URL (GET: /v1/reporting/report_runs/")


def test_events_that_the_database_cannot_hold_are_set_aside(store: Installation, scope: Scope) -> None:
    stores = store.stores
    save_key(stores, scope, "a\0b")
    save_endpoint(stores, scope)
    good = save_key(stores, scope, "Books")
    faults: list[LogFault] = []

    reached = stores.projector.catch_up()
    rebuilt = rebuild(stores.events, stores.views, PROJECTIONS, lambda *progress: None, faults.append)

    assert reached == rebuilt == stores.events.last_position()
    assert [key.id for key in asyncio.run(stores.views.keys.all())] == [good]
    assert [fault.aggregate[:3] for fault in faults] == ["key", "we_"]
    assert faults[0].reason == (
        "the views cannot hold it (PostgreSQL holds no text with a NUL character, as 'a\\x00b' has)"
    )


def test_doctor_names_events_that_the_database_cannot_hold(store: Installation, scope: Scope) -> None:
    save_key(store.stores, scope, "Books")
    key = save_key(store.stores, scope, "a\0b")

    findings = [sentence for level, sentence in examination(store, deep=True) if level is Level.WRONG]

    (named,) = [sentence for sentence in findings if "cannot be shown" in sentence]
    assert f"{key}, version 1: the views cannot hold it (PostgreSQL holds no text with a NUL character" in named
    assert named.endswith("What it belongs to is set aside, and everything else is served.")
