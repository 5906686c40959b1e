"""Events are sent again as operators ask: one event, or all that an endpoint has missed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.webhooks.endpoint_commands import ChangeEndpoint
from domain.access.caller import Scope
from domain.errors import EndpointNotListening, EventExpired, NotFound
from domain.instants import DAY_SECONDS
from domain.webhooks.event_types import RUN_FAILED, TYPE_UPDATED
from interfaces.testing.memory.store import open_memory
from tests.support.clock import NOON
from tests.support.deliveries import FAILED, FakeSender, a_deliverer, deliver_all, resending
from tests.support.runs import SCOPE
from tests.support.stores import stores_in
from tests.support.webhooks import ACTOR, WebhookSite

NOON_SECONDS = int(NOON.timestamp())


@pytest.fixture(params=["memory", "sqlite"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WebhookSite]:
    if request.param == "memory":
        site = WebhookSite(open_memory())
        site.account(SCOPE.account)
        yield site
        return
    with stores_in(tmp_path) as stores:
        site = WebhookSite(stores)
        site.account(SCOPE.account)
        yield site


def event_of(site: WebhookSite, error: str | None = None) -> str:
    return f"evt_{site.finished_run(error).id[4:]}"


def resent(site: WebhookSite, event: str, endpoint: str | None = None) -> list[str]:
    return list(asyncio.run(resending(site).resend(event, endpoint)))


def recovered(site: WebhookSite, endpoint: str, since: int = NOON_SECONDS) -> int:
    return asyncio.run(resending(site).recover(endpoint, since))


def test_an_event_is_sent_again_also_to_an_endpoint_that_was_made_later(site: WebhookSite) -> None:
    first = site.endpoint().row.id
    deliverer = a_deliverer(site, sender := FakeSender())
    event = event_of(site)
    deliver_all(site, deliverer)
    later, of_failures = site.endpoint().row.id, site.endpoint(RUN_FAILED).row.id

    assert sorted(resent(site, event)) == sorted([first, later])
    deliver_all(site, deliverer)

    assert sender.event_ids == [event] * 3
    assert resent(site, event, of_failures) == [of_failures]  # an operator may send what it does not select


def test_the_event_of_a_report_type_is_sent_again_too(site: WebhookSite) -> None:
    endpoint = site.endpoint(TYPE_UPDATED).row.id
    site.load(days=1)
    event = site.updates_of(SCOPE)[0].id

    assert resent(site, event) == [endpoint]


def test_what_cannot_be_sent_is_said(site: WebhookSite) -> None:
    event = event_of(site)
    other = site.endpoint(scope=Scope("acct_other", livemode=False)).row.id
    disabled = site.endpoint().row.id
    asyncio.run(site.endpoints.change(ChangeEndpoint(SCOPE, ACTOR, disabled, disabled=True)))

    assert resent(site, event) == []
    for endpoint in (other, disabled):
        with pytest.raises(EndpointNotListening, match=f"{endpoint} is sent no events of acct_1 in test mode"):
            resent(site, event, endpoint)
    with pytest.raises(EndpointNotListening):
        recovered(site, disabled)
    with pytest.raises(NotFound):
        resent(site, "evt_nope")
    with pytest.raises(NotFound):
        resent(site, event, "we_nope")
    site.clock.move(31 * DAY_SECONDS)
    with pytest.raises(EventExpired):
        resent(site, event)


def test_recovery_sends_what_was_missed_once_each_and_oldest_first(site: WebhookSite) -> None:
    endpoint = site.endpoint().row.id
    deliverer = a_deliverer(site, sender := FakeSender())
    accepted = event_of(site)
    deliver_all(site, deliverer)
    sender.answer = lambda outgoing: FAILED
    given_up = [event_of(site) for _ in range(3)]
    for _ in range(3):
        deliver_all(site, deliverer)
        site.clock.move(DAY_SECONDS)
    sender.answer = FakeSender().answer
    sender.sent.clear()
    due = event_of(site)

    assert recovered(site, endpoint) == 4  # the one that the outbox has not come to yet is among them
    assert recovered(site, endpoint) == 0
    deliver_all(site, deliverer)

    assert sender.event_ids == [*given_up, due] and accepted not in sender.event_ids


def test_recovery_begins_at_the_time_that_is_given(site: WebhookSite) -> None:
    event_of(site)
    site.clock.move(100)
    recent = event_of(site, "No.")
    endpoint = site.endpoint().row.id

    assert recovered(site, endpoint, NOON_SECONDS + 100) == 1
    deliver_all(site, a_deliverer(site, sender := FakeSender()))
    assert sender.event_ids == [recent]
    assert recovered(site, endpoint, 0) == 1


def test_a_connect_endpoint_recovers_the_events_of_connected_accounts(site: WebhookSite) -> None:
    site.account("acct_shop", SCOPE.account)
    event_of(site)
    run = site.finished_run(scope=Scope("acct_shop", livemode=False))
    endpoint = site.endpoint(connect=True).row.id

    assert recovered(site, endpoint) == 1
    deliver_all(site, a_deliverer(site, sender := FakeSender()))
    assert sender.event_ids == [f"evt_{run.id[4:]}"]
