"""A deliverer in this process, with a sender that answers as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from application.delivery.attempt_records import AttemptRecords
from application.delivery.attempting import Attempting
from application.delivery.deliverer import Deliverer
from application.delivery.endpoint_health import EndpointHealth
from application.delivery.event_lookup import EventLookup
from application.delivery.resending import Resending
from application.log.changes import Changes
from application.ports.outbox import Attempt
from application.ports.webhook_sender import Answer, Outgoing
from domain.webhooks.delivery_schedule import DeliverySchedule, DeliverySchedules
from domain.webhooks.failure_rule import FailureRule
from interfaces.settings import Settings
from tests.support.webhooks import WebhookSite

LEASE_SECONDS = 45.0

ACCEPTED = Answer(200)
FAILED = Answer(500, body="no")


class FakeSender:
    """Keeps what it is to send. answer: gives what comes of it"""

    def __init__(self, answer: Callable[[Outgoing], Answer | Awaitable[Answer]] = lambda outgoing: ACCEPTED) -> None:
        self.answer = answer
        self.sent: list[Outgoing] = []

    async def send(self, outgoing: Outgoing) -> Answer:
        self.sent.append(outgoing)
        answer = self.answer(outgoing)
        return answer if isinstance(answer, Answer) else await answer

    @property
    def event_ids(self) -> list[str]:
        return [outgoing.headers["webhook-id"] for outgoing in self.sent]


def a_deliverer(
    site: WebhookSite,
    sender: FakeSender,
    worker: str = "deliverer:1",
    rule: FailureRule = FailureRule(),  # noqa: B008
) -> Deliverer:
    settings = Settings()
    schedules = DeliverySchedules(
        DeliverySchedule(settings.webhook_schedule_live), DeliverySchedule(settings.webhook_schedule_test)
    )
    health = EndpointHealth(
        changes=Changes(site.stores.events, site.append),
        endpoints=site.stores.views.webhook_endpoints,
        outbox=site.outbox,
        queries=site.outbox,
        clock=site.clock,
        actor=worker,
        rule=rule,
    )
    return Deliverer(
        worker=worker,
        outbox=site.outbox,
        deliveries=site.deliveries,
        attempting=Attempting(
            sender=sender, write=lambda due: due.event.id.encode(), schedules=schedules, clock=site.clock,
            chance=lambda: 0.0,
        ),
        records=AttemptRecords(site.outbox, worker, health.observe),
        lease_seconds=LEASE_SECONDS,
    )  # fmt: skip


def deliver_all(site: WebhookSite, deliverer: Deliverer) -> None:
    """Feed the outbox, and attempt everything that is due now."""
    asyncio.run(delivered(site, deliverer))


async def delivered(site: WebhookSite, deliverer: Deliverer) -> None:
    """The same, on a loop that runs."""
    await site.feed.catch_up()
    while await deliverer.begin_due():
        await deliverer.settle()


def attempts_of(site: WebhookSite, event_id: str) -> list[Attempt]:
    return list(asyncio.run(site.outbox.attempts(event_id)))


def resending(site: WebhookSite) -> Resending:
    views = site.stores.views
    return Resending(
        lookup=EventLookup(site.public_events, views.accounts, site.clock),
        outbox=site.outbox,
        queries=site.outbox,
        endpoints=views.webhook_endpoints,
        accounts=views.accounts,
        views=site,
    )
