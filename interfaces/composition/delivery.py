"""Builds what one deliverer process does."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from application.delivery.attempt_records import AttemptRecords
from application.delivery.attempting import Attempting
from application.delivery.deliverer import Deliverer
from application.delivery.delivery_loop import DeliveryLoop
from application.delivery.endpoint_health import EndpointHealth
from application.log.changes import Changes
from application.webhooks.due_deliveries import DueDelivery
from domain.webhooks.delivery_schedule import DeliverySchedule, DeliverySchedules
from domain.webhooks.failure_rule import FailureRule
from interfaces.composition.installation import Installation
from interfaces.composition.webhooks import append_directly, due_deliveries, outbox_feed
from interfaces.delivery.address_rules import AddressRules
from interfaces.delivery.http_sender import HttpSender
from interfaces.delivery.name_resolution import NameResolver
from interfaces.host.actors import this_process
from interfaces.http.responses.json_bytes import json_bytes
from interfaces.http.responses.webhook_objects import public_event_object
from interfaces.settings import Settings

LEASE_MARGIN_SECONDS = 5.0
"""What a lease lasts beyond twice the deadline of an attempt, in which the attempt is recorded."""


@asynccontextmanager
async def delivery_loop(installation: Installation) -> AsyncIterator[DeliveryLoop]:
    """The loop, and what it reads and sends with until the block ends."""
    stores, settings = installation.stores, installation.settings
    worker, resolver = this_process("deliverer"), NameResolver()
    reader = stores.store.database.reader
    health = EndpointHealth(
        changes=Changes(stores.events, append_directly(installation)),
        endpoints=stores.views.webhook_endpoints,
        outbox=stores.outbox,
        queries=stores.outbox,
        clock=installation.clock,
        actor=worker,
        rule=FailureRule(settings.webhook_disable_seconds, settings.webhook_disable_attempts),
    )
    deliverer = Deliverer(
        worker=worker,
        outbox=stores.outbox,
        deliveries=due_deliveries(installation),
        attempting=_attempting(installation, resolver),
        records=AttemptRecords(stores.outbox, worker, health.observe),
        lease_seconds=2 * settings.webhook_timeout_seconds + LEASE_MARGIN_SECONDS,
    )
    await reader.open()
    try:
        yield DeliveryLoop(
            feed=outbox_feed(installation),
            outbox=stores.outbox,
            deliverer=deliverer,
            notifier=stores.store.notifier,
            clock=installation.clock,
        )
    finally:
        resolver.close()
        await reader.close()


def _attempting(installation: Installation, resolver: NameResolver) -> Attempting:
    settings = installation.settings
    public_url = settings.public_url.rstrip("/")

    def write(due: DueDelivery) -> bytes:
        base_url, endpoint = public_url or due.endpoint.base_url, due.endpoint
        return json_bytes(
            public_event_object(
                due.event, base_url, due.pending, api_version=endpoint.api_version, account=due.connected_account
            )
        )

    sender = HttpSender(
        AddressRules(settings.webhook_networks or ()),
        resolver,
        installation.clock,
        deadline_seconds=settings.webhook_timeout_seconds,
    )
    return Attempting(
        sender=sender, write=write, schedules=_schedules(settings), clock=installation.clock, chance=random.random
    )


def _schedules(settings: Settings) -> DeliverySchedules:
    return DeliverySchedules(
        DeliverySchedule(settings.webhook_schedule_live), DeliverySchedule(settings.webhook_schedule_test)
    )
