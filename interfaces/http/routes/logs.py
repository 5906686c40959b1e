"""The operations that `request_log_url` leads to: an addition to Stripe's surface. Each shows a refused request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.requests import Request

from interfaces.http.edge.request_context import RequestContext, api_of, context_of
from interfaces.http.requests.reading import read_query
from interfaces.http.requests.request_models import LogParameters, RequestId
from interfaces.http.responses import response_models
from interfaces.http.responses.json import Json
from interfaces.http.responses.objects import request_object
from interfaces.http.responses.statuses import refusals, succeeds
from interfaces.http.routes.keyed import keyed_operations
from interfaces.http.routes.operation import takes

router = keyed_operations("requests")

QUERY = takes(query=Annotated[LogParameters, Query()])


@router.get(
    "/logs/{id}",
    response_model=response_models.RequestRecord,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=RequestId), QUERY],
    summary="The record of a refused request in live mode",
)
async def get_live_request(request: Request) -> Json:
    return _record(request, context_of(request), livemode=True)


@router.get(
    "/test/logs/{id}",
    response_model=response_models.RequestRecord,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=RequestId), QUERY],
    summary="The record of a refused request in test mode",
)
async def get_test_request(request: Request) -> Json:
    return _record(request, context_of(request), livemode=False)


def _record(request: Request, context: RequestContext, *, livemode: bool) -> Json:
    read_query(request, "t")
    records = api_of(request).request_log.records
    return Json(request_object(records.get(request.path_params["id"], context.caller, livemode=livemode), context))
