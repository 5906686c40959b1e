"""What callers ask of webhook endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from domain.access.caller import Scope
from domain.errors import InvalidParameter, NotOneOf, request_parameter
from domain.metadata import NO_CHANGE, MetadataChange
from domain.webhooks.endpoint_url import check_endpoint_url
from domain.webhooks.event_types import ANY, EVENT_TYPES
from domain.webhooks.webhook_endpoint import EndpointDetails


class CreateEndpoint(NamedTuple):
    """Ask for a new endpoint.

    actor     who asks: a key, or a person at the command line
    base_url  what links in its events are to begin with
    """

    scope: Scope
    actor: str
    url: str
    enabled_events: Sequence[str]
    description: str | None = None
    metadata: MetadataChange = NO_CHANGE
    api_version: str | None = None
    connect: bool = False
    base_url: str = ""


class ChangeEndpoint(NamedTuple):
    """Ask for changes of an endpoint; None leaves things as they are.

    description  an empty one removes it
    """

    scope: Scope
    actor: str
    id: str
    url: str | None = None
    enabled_events: Sequence[str] | None = None
    description: str | None = None
    metadata: MetadataChange = NO_CHANGE
    disabled: bool | None = None


def new_details(command: CreateEndpoint, *, needs_https: bool) -> EndpointDetails:
    """Raises an `InvalidParameter`."""
    check_endpoint_url(command.url, needs_https=needs_https)
    return EndpointDetails(
        command.url,
        _checked_events(command.enabled_events),
        command.description or None,
        command.metadata.applied_to({}),
    )


def changed_details(command: ChangeEndpoint, before: EndpointDetails, *, needs_https: bool) -> EndpointDetails:
    """Raises an `InvalidParameter`."""
    if command.url is not None:
        check_endpoint_url(command.url, needs_https=needs_https)
    events, description = command.enabled_events, command.description
    return EndpointDetails(
        before.url if command.url is None else command.url,
        before.enabled_events if events is None else _checked_events(events),
        before.description if description is None else description or None,
        command.metadata.applied_to(before.metadata),
    )


def _checked_events(types: Sequence[str]) -> tuple[str, ...]:
    """Without repetitions. Raises an `InvalidParameter` for none, and for a type that is never sent."""
    allowed = (ANY, *EVENT_TYPES)
    for index, event_type in enumerate(types):
        if event_type not in allowed:
            raise NotOneOf(request_parameter("enabled_events", str(index)), allowed, event_type)
    if not types:
        raise InvalidParameter(
            "You must specify at least one event for enabled_events.", request_parameter("enabled_events")
        )
    return tuple(dict.fromkeys(types))
