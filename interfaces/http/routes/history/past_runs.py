"""The operation under /v1/audit/report_runs: a run as it was."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.requests import Request

from application.history.moments import NOW, Moment
from domain.errors import request_parameter
from interfaces.http.edge.request_context import api_of, permitted
from interfaces.http.requests.fields import instant
from interfaces.http.requests.reading import read_query
from interfaces.http.requests.request_models import MomentParameter, RunId
from interfaces.http.responses import response_models
from interfaces.http.responses.json import Json
from interfaces.http.responses.objects import past_run_object
from interfaces.http.responses.statuses import refusals, succeeds
from interfaces.http.routes.history.reads import record_look
from interfaces.http.routes.keyed import keyed_operations
from interfaces.http.routes.operation import takes
from interfaces.http.routes.report_runs import PERMISSION, READ_ONLY

router = keyed_operations("history")


@router.get(
    "/v1/audit/report_runs/{id}",
    response_model=response_models.PastRun,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=RunId, query=Annotated[MomentParameter, Query()])],
    summary="One run as it was at a time, or at a version",
)
async def get_past_report_run(request: Request) -> Json:
    context = permitted(request, PERMISSION, READ_ONLY)
    form = read_query(request, "at")
    moment = Moment.of(instant(form["at"], request_parameter("at"))) if "at" in form else NOW
    past = await api_of(request).past_runs.get(context.caller.scope, request.path_params["id"], moment)
    await record_look(request, context, past.row.id, "report_run")
    return Json(past_run_object(past, context.base_url))
