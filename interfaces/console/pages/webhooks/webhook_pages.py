"""Webhooks: the endpoints, the events that they are sent, and what came of sending each; one is sent again here."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from application.views.paging import ListQuery
from application.views.webhook_endpoints import ENABLED, EndpointRow
from application.webhooks.public_event import PublicEvent
from domain.access.caller import Caller
from interfaces.console.console_services import services_of
from interfaces.console.form_body import read_form
from interfaces.console.rendering import READS_EVENTS, READS_WEBHOOKS, WRITES_WEBHOOKS, base_of, may, page
from interfaces.console.signed_in import caller_of

MOST_ENDPOINTS = 100
PAGE_EVENTS = 25
MOST_ATTEMPTS = 100


async def list_of_endpoints(request: Request) -> Response:
    """The endpoints, and for keys that may read events a page of these, newest first; `after` is an event's id."""
    services, caller = services_of(request), caller_of(request)
    endpoints = await services.webhook_endpoints.page(ListQuery(caller.scope, MOST_ENDPOINTS))
    events: list[PublicEvent] = []
    has_more = False
    if may(caller, READS_EVENTS):
        after = request.query_params.get("after") or None
        found = await services.events.page(ListQuery(caller.scope, PAGE_EVENTS, after))
        events, has_more = list(found.rows), found.has_more
    return page(
        request,
        "webhooks.html",
        endpoints=endpoints.rows,
        has_more_endpoints=endpoints.has_more,
        events=events,
        pending=await services.events.pending(events),
        older=events[-1].id if has_more else None,
        is_first="after" not in request.query_params,
    )


async def one_event(request: Request) -> Response:
    """An event, and for keys that may read webhooks what came of sending it to each endpoint, oldest attempt first."""
    services, caller = services_of(request), caller_of(request)
    event = await services.events.get(caller.scope, request.path_params["id"])
    sent = None
    if may(caller, READS_WEBHOOKS):
        sent = await services.deliveries.page(event.id, ListQuery(caller.scope, MOST_ATTEMPTS), caller)
    return page(
        request,
        "webhook_event.html",
        event=event,
        pending=(await services.events.pending([event])).get(event.id, 0),
        sent=sent,
        receivers=await _receivers(request, caller),
    )


async def send_again(request: Request) -> Response:
    """Make an event due at an endpoint of the account. Raises `NotFound`, or `EndpointNotListening`."""
    services, caller = services_of(request), caller_of(request)
    event = await services.events.get(caller.scope, request.path_params["id"])
    form = await read_form(request, services.max_body_bytes)
    endpoint = await services.webhook_endpoints.get(caller.scope, form.text("endpoint"))
    await services.resending.send_again(event, endpoint.id)
    return RedirectResponse(f"{base_of(request)}/webhooks/events/{event.id}", 303)


async def _receivers(request: Request, caller: Caller) -> list[EndpointRow]:
    """The endpoints that an event of the account can be sent to, for keys that may send it."""
    if not may(caller, WRITES_WEBHOOKS):
        return []
    page = await services_of(request).webhook_endpoints.page(ListQuery(caller.scope, MOST_ENDPOINTS))
    return [one for one in page.rows if one.status == ENABLED and not one.connect]
