"""The operations under /v1/events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request

from application.webhooks.public_event import PublicEvent
from application.webhooks.public_events import EventFilter
from domain.errors import OneOrMany
from domain.webhooks.event_types import EVENT_TYPES, matching_types
from interfaces.http.edge.request_context import RequestContext, api_of, permitted
from interfaces.http.requests.fields import boolean, text, texts
from interfaces.http.requests.list_query import LIST_PARAMETERS, list_query
from interfaces.http.requests.reading import read_query
from interfaces.http.requests.webhook_models import MAX_TYPES, EventId, EventListParameters
from interfaces.http.responses import response_models
from interfaces.http.responses.json import Json
from interfaces.http.responses.objects import list_object
from interfaces.http.responses.statuses import refusals, succeeds
from interfaces.http.responses.webhook_objects import public_event_object
from interfaces.http.routes.keyed import EXPAND, keyed_operations
from interfaces.http.routes.operation import takes

EVENTS = "/v1/events"
PERMISSION = "event_read"

router = keyed_operations("events")


@router.get(
    EVENTS,
    response_model=response_models.EventList,
    responses=succeeds(),
    dependencies=[takes(query=Annotated[EventListParameters, Query()])],
    summary="A page of the events of the last 30 days, newest first",
)
async def list_events(request: Request) -> Json:
    context, events = permitted(request, PERMISSION), api_of(request).events
    form = read_query(request, *LIST_PARAMETERS, "type", "types", "delivery_success", is_list=True)
    only = EventFilter(_types(form), boolean(form, "delivery_success"))
    page = await events.page(list_query(form, context.caller.scope), only)
    pending = await events.pending(page.rows)
    shown = [_shown(event, context, pending) for event in page.rows]
    return Json(list_object(shown, EVENTS, has_more=page.has_more))


@router.get(
    EVENTS + "/{id}",
    response_model=response_models.Event,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=EventId), EXPAND],
    summary="One event",
)
async def get_event(request: Request) -> Json:
    context, events = permitted(request, PERMISSION), api_of(request).events
    read_query(request)
    event = await events.get(context.caller.scope, request.path_params["id"])
    return Json(_shown(event, context, await events.pending([event])))


def _types(form: Mapping[str, Any]) -> tuple[str, ...]:
    """The event types that a caller asks for; a type that is never sent selects nothing."""
    pattern, names = text(form, "type"), texts(form, "types", MAX_TYPES)
    if pattern is not None and names is not None:
        raise OneOrMany("type", "types", in_run=False)
    if pattern is not None:
        return matching_types(pattern)
    return EVENT_TYPES if names is None else tuple(name for name in EVENT_TYPES if name in names)


def _shown(event: PublicEvent, context: RequestContext, pending: Mapping[str, int]) -> response_models.Event:
    account = event.scope.account if context.caller.acts_for_connected else None
    return public_event_object(event, context.base_url, pending.get(event.id, 0), account=account)
