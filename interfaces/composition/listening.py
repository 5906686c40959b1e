"""Builds the listener of a developer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from application.delivery.listener import Forwarding, Listener, Reports
from application.webhooks.endpoint_notices import EndpointNotices
from application.webhooks.event_stream import EventStream
from application.webhooks.public_event import PublicEvent
from application.webhooks.public_events import PublicEvents
from domain.access.caller import Scope
from interfaces.composition.installation import Installation
from interfaces.composition.reports import report_types
from interfaces.composition.webhooks import CatchesUpFirst, public_events, type_updates
from interfaces.delivery.address_rules import AddressRules
from interfaces.delivery.http_sender import HttpSender
from interfaces.delivery.listener_file import ListenerFile
from interfaces.delivery.name_resolution import NameResolver
from interfaces.http.responses.json_bytes import json_bytes
from interfaces.http.responses.webhook_objects import public_event_object

OWN_NETWORKS = ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""A developer's program is on this machine, or near it."""

LOCAL_SERVER = "http://127.0.0.1:8000"
"""What links in events begin with, where no public address is set."""


def listener_file(installation: Installation, scope: Scope, url: str | None) -> ListenerFile:
    return ListenerFile(installation.settings.listeners_folder, scope, url)


def events_of(installation: Installation) -> PublicEvents:
    return public_events(installation, report_types(installation), CatchesUpFirst(installation))


def listener(
    installation: Installation,
    forwarding: Forwarding,
    kept: ListenerFile,
    scope: Scope,
    enabled_events: Collection[str],
) -> Listener:
    stores = installation.stores
    updates = type_updates(installation, report_types(installation))
    stream = EventStream(
        stores.events,
        public=events_of(installation),
        updates=updates,
        notices=EndpointNotices(stores.views.webhook_endpoints),
        catch_up=stores.projector.catch_up,
    )
    return Listener(stream, forwarding, kept, scope, enabled_events)


@asynccontextmanager
async def forwarding(
    installation: Installation, kept: ListenerFile, url: str | None, reports: Reports
) -> AsyncIterator[Forwarding]:
    """What sends events, until the block ends."""
    settings, resolver, reader = installation.settings, NameResolver(), installation.stores.store.database.reader
    base_url = settings.public_url.rstrip("/") or LOCAL_SERVER

    def write(event: PublicEvent) -> bytes:
        return json_bytes(public_event_object(event, base_url, pending=1))

    rules = AddressRules((*OWN_NETWORKS, *(settings.webhook_networks or ())))
    sender = HttpSender(rules, resolver, installation.clock, deadline_seconds=settings.webhook_timeout_seconds)
    await reader.open()
    try:
        yield Forwarding(
            url=url,
            secret=kept.secret,
            write=write,
            sender=sender,
            reports=reports,
            clock=installation.clock,
        )
    finally:
        resolver.close()
        await reader.close()
