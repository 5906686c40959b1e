"""Builds public events, webhook endpoints, the outbox's feed and file links."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from application.delivery.delivery_records import DeliveryRecords
from application.delivery.event_lookup import EventLookup
from application.delivery.resending import Resending
from application.files.public_links import FileLinks
from application.ledger.availability import AvailabilityQuery
from application.log.changes import Changes
from application.log.idempotency_records import Append
from application.projecting.patient_catch_up import PatientCatchUp
from application.runs.report_runs import Freshness
from application.runs.report_types import ReportTypes
from application.runs.result_files import ResultFiles
from application.webhooks.due_deliveries import DueDeliveries
from application.webhooks.endpoints import EndpointLimits, WebhookEndpoints
from application.webhooks.outbox_feed import OutboxFeed
from application.webhooks.public_events import PublicEvents
from application.webhooks.type_updates import TypeUpdates
from interfaces.composition.installation import Installation
from interfaces.composition.reports import report_types
from interfaces.delivery.address_rules import AddressRules

AppendEvents = Callable[[Append], Awaitable[int]]


class CatchesUpFirst:
    """Views that are brought up to date before each read, in a process without a subscription."""

    def __init__(self, installation: Installation) -> None:
        self._projector = installation.stores.projector

    async def caught_up(self) -> None:
        self._projector.catch_up()


def endpoint_administration(installation: Installation) -> WebhookEndpoints:
    """Webhook endpoints for a command, which stores each change by itself."""
    return webhook_endpoints(installation, append_directly(installation), CatchesUpFirst(installation))


def append_directly(installation: Installation) -> AppendEvents:
    """Stores each change by itself, in a process that makes few."""
    recorder = installation.stores.store.recorder

    async def append(changes: Append) -> int:
        return (await asyncio.to_thread(recorder.append, [changes]))[0]

    return append


def webhook_endpoints(installation: Installation, append: AppendEvents, views: Freshness) -> WebhookEndpoints:
    stores, settings = installation.stores, installation.settings
    return WebhookEndpoints(
        changes=Changes(stores.events, append),
        endpoints=stores.views.webhook_endpoints,
        accounts=stores.views.accounts,
        secrets=stores.store.webhook_secrets,
        outbox=stores.outbox,
        views=views,
        clock=installation.clock,
        limits=EndpointLimits(
            settings.webhook_endpoints,
            http_in_live=bool(settings.webhook_networks),
            refusal=AddressRules(settings.webhook_networks or ()).refusal_of_host,
        ),
    )


def public_events(installation: Installation, types: ReportTypes, views: Freshness) -> PublicEvents:
    stores = installation.stores
    return PublicEvents(
        runs=stores.views.runs,
        updates=type_updates(installation, types),
        outbox=stores.outbox,
        endpoints=stores.views.webhook_endpoints,
        views=views,
        clock=installation.clock,
    )


def delivery_records(installation: Installation, events: PublicEvents) -> DeliveryRecords:
    stores = installation.stores
    return DeliveryRecords(events, stores.outbox, stores.views.webhook_endpoints)


def resending(installation: Installation) -> Resending:
    """For a command."""
    fresh = CatchesUpFirst(installation)
    return resending_in_server(installation, public_events(installation, report_types(installation), fresh), fresh)


def resending_in_server(installation: Installation, events: PublicEvents, fresh: Freshness) -> Resending:
    stores = installation.stores
    return Resending(
        lookup=EventLookup(events, stores.views.accounts, installation.clock),
        outbox=stores.outbox,
        queries=stores.outbox,
        endpoints=stores.views.webhook_endpoints,
        accounts=stores.views.accounts,
        views=fresh,
    )


def outbox_feed(installation: Installation) -> OutboxFeed:
    """For a process that delivers."""
    stores = installation.stores
    return OutboxFeed(
        events=stores.events,
        outbox=stores.outbox,
        endpoints=stores.views.webhook_endpoints,
        accounts=stores.views.accounts,
        updates=type_updates(installation, report_types(installation)),
        catch_up=_patient_catch_up(installation),
        clock=installation.clock,
    )


def _patient_catch_up(installation: Installation) -> Callable[[], int]:
    stores = installation.stores
    return PatientCatchUp(stores.projector).catch_up


def due_deliveries(installation: Installation) -> DueDeliveries:
    """For a process that delivers."""
    stores = installation.stores
    events = public_events(installation, report_types(installation), CatchesUpFirst(installation))
    return DueDeliveries(
        events=events,
        endpoints=stores.views.webhook_endpoints,
        secrets=stores.store.webhook_secrets,
        catch_up=_patient_catch_up(installation),
        clock=installation.clock,
    )


def file_links(installation: Installation, append: AppendEvents, views: Freshness, files: ResultFiles) -> FileLinks:
    stores = installation.stores
    return FileLinks(
        changes=Changes(stores.events, append),
        links=stores.views.file_links,
        files=files,
        views=views,
        clock=installation.clock,
    )


def type_updates(installation: Installation, types: ReportTypes) -> TypeUpdates:
    views = installation.stores.views
    availability = AvailabilityQuery(views.ledgers, views.accounts)
    return TypeUpdates(types, views.data_windows, availability, installation.clock)
