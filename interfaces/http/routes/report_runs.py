"""The operations under /v1/reporting/report_runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from application.runs.run_history import HistoryPage
from domain.aggregate import TextIdEvent
from interfaces.http.edge.request_context import api_of, permitted
from interfaces.http.requests.list_query import LIST_PARAMETERS, PAGE_PARAMETERS, page_of_query
from interfaces.http.requests.reading import read_body, read_query
from interfaces.http.requests.request_models import EXAMPLE, OTHER_PARAMETERS, CreateReportRun, ListParameters, RunId
from interfaces.http.responses import response_models
from interfaces.http.responses.json import Json
from interfaces.http.responses.json_bytes import list_bytes
from interfaces.http.responses.objects import event_object, list_object, run_item, run_object
from interfaces.http.responses.proof_objects import proof_object
from interfaces.http.responses.statuses import IDEMPOTENT_RESPONSE, refusals, succeeds
from interfaces.http.routes.creating import RUN_FIELDS, create_run
from interfaces.http.routes.history.reads import record_look
from interfaces.http.routes.keyed import EXPAND, IDEMPOTENCY_KEY, PAGE, keyed_operations
from interfaces.http.routes.links.linked_files import linked_run_item, links_of_result
from interfaces.http.routes.operation import form_of, takes

RUNS = "/v1/reporting/report_runs"

PERMISSION = "report_runs_and_report_types_read"
"""What a restricted key needs for runs and types; reading is enough to ask for a report, as in Stripe's API."""

READ_ONLY = "report_runs_read_only"
"""Enough for runs and types, but not to ask for a report. Not one of Stripe's API."""

router = keyed_operations("runs")


@router.post(
    RUNS,
    response_model=response_models.ReportRun,
    responses=succeeds(IDEMPOTENT_RESPONSE) | refusals(409),
    dependencies=[IDEMPOTENCY_KEY],
    openapi_extra=form_of(CreateReportRun, EXAMPLE, **OTHER_PARAMETERS),
    summary="Ask for a report",
)
async def create_report_run(request: Request) -> Response:
    context = permitted(request, PERMISSION)
    form = await read_body(request, api_of(request).max_body_bytes, *RUN_FIELDS)
    return await create_run(request, context, form)


@router.get(
    RUNS,
    response_model=response_models.ReportRunList,
    responses=succeeds(),
    dependencies=[takes(query=Annotated[ListParameters, Query()])],
    summary="A page of runs, newest first",
)
async def list_report_runs(request: Request) -> Json:
    context = permitted(request, PERMISSION, READ_ONLY)
    query = page_of_query(request.scope["query_string"], context.caller.scope, LIST_PARAMETERS)
    page = await api_of(request).runs.page(query)
    items = [
        await linked_run_item(request, context, run) if run.has_links else run_item(run, context.base_url)
        for run in page.rows
    ]
    return Json.of_bytes(list_bytes(items, RUNS, has_more=page.has_more), 200)


@router.get(
    RUNS + "/{id}",
    response_model=response_models.ReportRun,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=RunId), EXPAND],
    summary="One run",
)
async def get_report_run(request: Request) -> Json:
    context = permitted(request, PERMISSION, READ_ONLY)
    read_query(request)
    run = await api_of(request).runs.get(context.caller.scope, request.path_params["id"])
    await record_look(request, context, run.id, "report_run")
    return Json(run_object(run, context.base_url, await links_of_result(request, context, run)))


@router.get(
    RUNS + "/{id}/history",
    response_model=response_models.HistoryEventList,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=RunId), PAGE],
    summary="A page of the events of one run, oldest first",
)
async def get_report_run_history(request: Request) -> Json:
    context = permitted(request, PERMISSION, READ_ONLY)
    query = page_of_query(request.scope["query_string"], context.caller.scope, PAGE_PARAMETERS)
    run_id = request.path_params["id"]
    page = await api_of(request).runs.history(run_id, query, context.caller)
    await record_look(request, context, run_id, "history")
    events = [_shown(event, page) for event in page.events]
    return Json(list_object(events, f"{RUNS}/{run_id}/history", has_more=page.has_more))


@router.get(
    RUNS + "/{id}/proof",
    response_model=response_models.Proof,
    responses=succeeds() | refusals(404, 409),
    dependencies=[takes(id=RunId)],
    summary="What proves that the events of one run are in the transparency log",
)
async def get_report_run_proof(request: Request) -> Json:
    context = permitted(request, PERMISSION, READ_ONLY)
    read_query(request)
    run = await api_of(request).runs.get(context.caller.scope, request.path_params["id"])
    return Json(proof_object(await api_of(request).published_log.proof(run.id, context.caller)))


def _shown(event: TextIdEvent, page: HistoryPage) -> response_models.HistoryEvent:
    actor = page.actors[event.actor]
    return event_object(event, actor, page.names.get(actor))
