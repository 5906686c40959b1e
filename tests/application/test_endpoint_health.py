"""What fails for long is said in events, told to the account's other endpoints, shown by `doctor`, and disabled."""

from __future__ import annotations

import asyncio

import pytest

from application.delivery.endpoint_findings import endpoint_findings
from application.health.findings import Level
from application.ports.webhook_sender import Answer, Outgoing
from application.views.paging import Page
from application.webhooks.endpoint_commands import ChangeEndpoint
from application.webhooks.public_event import PublicEvent
from application.webhooks.public_events import ANY_EVENT, EventFilter
from domain.access.caller import Scope
from domain.webhooks.event_types import ENDPOINT_DISABLE_ANNOUNCED, ENDPOINT_DISABLED, ENDPOINT_FAILING, ENDPOINT_TYPES
from domain.webhooks.failure_rule import FailureRule
from interfaces.http.responses.webhook_objects import public_event_object
from interfaces.testing.memory.store import open_memory
from tests.support.deliveries import ACCEPTED, FAILED, FakeSender, a_deliverer, deliver_all, delivered
from tests.support.runs import SCOPE
from tests.support.webhooks import ACTOR, WebhookSite

LIVE = Scope(SCOPE.account, livemode=True)
HOUR = 3600


def endpoint_at(site: WebhookSite, url: str) -> str:
    id = site.endpoint(scope=LIVE).row.id
    asyncio.run(site.endpoints.change(ChangeEndpoint(LIVE, ACTOR, id, url=url)))
    return id


def broken_is_away(outgoing: Outgoing) -> Answer:
    return FAILED if "broken" in outgoing.url else ACCEPTED


def pass_days(site: WebhookSite, sender: FakeSender, days: int) -> None:
    """Let time pass, with a run every six hours, on one loop: each has threads of its own to start and to end."""

    async def passed() -> None:
        deliverer = a_deliverer(site, sender)
        for _ in range(days * 4):
            site.finished_run(scope=LIVE)
            for _ in range(6):
                await delivered(site, deliverer)
                site.clock.move(HOUR)
        await delivered(site, deliverer)

    asyncio.run(passed())


def notices(site: WebhookSite, only: EventFilter = ANY_EVENT) -> list[PublicEvent]:
    site.stores.projector.catch_up()
    found = asyncio.run(site.public_events.selected(LIVE, Page(1_000), only))
    return [event for event in reversed(found) if event.type in ENDPOINT_TYPES]


def state(site: WebhookSite, id: str) -> tuple[str, str]:
    row = asyncio.run(site.stores.views.webhook_endpoints.by_id(id))
    assert row is not None
    return row.status, row.health


def test_an_endpoint_that_accepts_nothing_for_five_days_is_disabled_and_the_others_are_told(site: WebhookSite) -> None:
    broken, working = endpoint_at(site, "https://broken.example/"), endpoint_at(site, "https://works.example/")
    sender = FakeSender(broken_is_away)

    pass_days(site, sender, 3)
    assert state(site, broken) == ("enabled", "failing")
    assert [finding.level for finding in endpoint_findings(site.stores.views.webhook_endpoints, site.outbox)] == [
        Level.LOOK,
        Level.GOOD,
    ]
    pass_days(site, sender, 3)

    assert state(site, broken) == ("disabled", "given up") and state(site, working) == ("enabled", "")
    told = notices(site)
    assert [event.type for event in told] == [ENDPOINT_FAILING, ENDPOINT_DISABLE_ANNOUNCED, ENDPOINT_DISABLED]
    for event in told:
        assert [one.url for one in sender.sent if one.headers["webhook-id"] == event.id] == ["https://works.example/"]
        assert asyncio.run(site.public_events.get(LIVE, event.id)) == event
    shown = public_event_object(told[-1], "http://here", 0)["data"]["object"]
    assert (shown["id"], shown["object"]) == (broken, "webhook_endpoint")
    assert dict(shown)["status"] == "disabled"
    assert notices(site, EventFilter((ENDPOINT_DISABLED,))) == told[-1:]
    assert notices(site, EventFilter(ENDPOINT_TYPES, delivered=True)) == told
    (finding,) = [
        one for one in endpoint_findings(site.stores.views.webhook_endpoints, site.outbox) if one.level is Level.LOOK
    ]
    assert f"{broken} (https://broken.example/) was disabled, as it accepted nothing." in finding.sentence


@pytest.mark.parametrize("attempts", [1, 2])
def test_an_endpoint_can_be_disabled_after_one_or_two_attempts(attempts: int) -> None:
    site = WebhookSite(open_memory())
    broken = endpoint_at(site, "https://broken.example/")
    site.finished_run(scope=LIVE)
    deliverer = a_deliverer(site, FakeSender(broken_is_away), rule=FailureRule(HOUR, attempts))

    for _ in range(3):
        deliver_all(site, deliverer)
        site.clock.move(HOUR)

    site.stores.projector.catch_up()
    assert state(site, broken) == ("disabled", "given up")


def test_one_success_begins_the_count_anew(site: WebhookSite) -> None:
    broken = endpoint_at(site, "https://broken.example/")
    sender = FakeSender(broken_is_away)
    pass_days(site, sender, 4)

    sender.answer = lambda outgoing: ACCEPTED
    pass_days(site, sender, 1)
    assert state(site, broken) == ("enabled", "")
    sender.answer = broken_is_away
    pass_days(site, sender, 4)

    assert state(site, broken)[0] == "enabled"


def test_an_endpoint_that_is_enabled_again_is_not_disabled_for_what_failed_before(site: WebhookSite) -> None:
    broken = endpoint_at(site, "https://broken.example/")
    sender = FakeSender(broken_is_away)
    pass_days(site, sender, 6)
    assert state(site, broken) == ("disabled", "given up")

    asyncio.run(site.endpoints.change(ChangeEndpoint(LIVE, ACTOR, broken, disabled=False)))
    pass_days(site, sender, 2)

    assert state(site, broken) == ("enabled", "failing")


def test_a_lone_endpoint_is_disabled_and_told_of_itself_by_nobody(site: WebhookSite) -> None:
    broken = endpoint_at(site, "https://broken.example/")
    pass_days(site, sender := FakeSender(broken_is_away), 6)

    assert state(site, broken)[0] == "disabled"
    assert not {event.id for event in notices(site)} & set(sender.event_ids)
    for event in notices(site):
        assert asyncio.run(site.public_events.pending([event])) == {}


def test_failed_attempts_are_a_finding_until_one_succeeds(site: WebhookSite) -> None:
    broken, working = endpoint_at(site, "https://broken.example/"), endpoint_at(site, "https://works.example/")
    sender = FakeSender(broken_is_away)
    site.finished_run(scope=LIVE)
    deliver_all(site, a_deliverer(site, sender))

    look, good = endpoint_findings(site.stores.views.webhook_endpoints, site.outbox)
    assert (look.level, good.level) == (Level.LOOK, Level.GOOD)
    assert f"The newest attempt at the webhook endpoint {broken} (https://broken.example/) failed." in look.sentence
    assert good.sentence == "1 webhook endpoint is enabled and does not fail."

    sender.answer = lambda outgoing: ACCEPTED
    site.clock.move(HOUR)
    deliver_all(site, a_deliverer(site, sender))

    (both,) = endpoint_findings(site.stores.views.webhook_endpoints, site.outbox)
    assert both.sentence == "2 webhook endpoints are enabled and do not fail."
    assert state(site, working) == ("enabled", "")
