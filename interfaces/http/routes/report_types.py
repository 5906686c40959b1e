"""The operations under /v1/reporting/report_types."""

from __future__ import annotations

from starlette.requests import Request

from interfaces.http.edge.request_context import api_of, permitted
from interfaces.http.requests.reading import read_query
from interfaces.http.requests.request_models import ReportTypeId
from interfaces.http.responses import response_models
from interfaces.http.responses.json import Json
from interfaces.http.responses.objects import list_object, report_type_object
from interfaces.http.responses.statuses import refusals, succeeds
from interfaces.http.routes.keyed import EXPAND, keyed_operations
from interfaces.http.routes.operation import takes
from interfaces.http.routes.report_runs import PERMISSION, READ_ONLY

TYPES = "/v1/reporting/report_types"

router = keyed_operations("types")


@router.get(
    TYPES,
    response_model=response_models.ReportTypeList,
    responses=succeeds(),
    dependencies=[EXPAND],
    summary="Every report type that can be run",
)
async def list_report_types(request: Request) -> Json:
    context = permitted(request, PERMISSION, READ_ONLY)
    read_query(request, is_list=True)
    offers = await api_of(request).report_types.all(context.caller.scope)
    return Json(list_object([report_type_object(offer) for offer in offers], TYPES, has_more=False))


@router.get(
    TYPES + "/{id}",
    response_model=response_models.ReportType,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=ReportTypeId), EXPAND],
    summary="One report type",
)
async def get_report_type(request: Request) -> Json:
    context = permitted(request, PERMISSION, READ_ONLY)
    read_query(request)
    offer = await api_of(request).report_types.get(context.caller.scope, request.path_params["id"])
    return Json(report_type_object(offer))
