"""The attempts to deliver an event to webhook endpoints: an addition to Stripe's surface."""

from __future__ import annotations

from starlette.requests import Request

from interfaces.http.edge.request_context import api_of, permitted
from interfaces.http.requests.list_query import PAGE_PARAMETERS, page_of_query
from interfaces.http.requests.webhook_models import EventId
from interfaces.http.responses import response_models
from interfaces.http.responses.json import Json
from interfaces.http.responses.objects import list_object
from interfaces.http.responses.statuses import refusals, succeeds
from interfaces.http.responses.webhook_objects import attempt_object
from interfaces.http.routes.events import EVENTS
from interfaces.http.routes.keyed import PAGE, keyed_operations
from interfaces.http.routes.operation import takes

PERMISSION = "webhook_read"

router = keyed_operations("events")


@router.get(
    EVENTS + "/{id}/deliveries",
    response_model=response_models.DeliveryAttemptList,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=EventId), PAGE],
    summary="A page of the attempts to deliver an event, oldest first",
)
async def list_deliveries(request: Request) -> Json:
    context, id = permitted(request, PERMISSION), request.path_params["id"]
    query = page_of_query(request.scope["query_string"], context.caller.scope, PAGE_PARAMETERS)
    page = await api_of(request).deliveries.page(id, query, context.caller)
    attempts = [attempt_object(attempt) for attempt in page.attempts]
    return Json(list_object(attempts, f"{EVENTS}/{id}/deliveries", has_more=page.has_more))
