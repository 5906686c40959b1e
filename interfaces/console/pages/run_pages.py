"""The list of runs, and the page of one run."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from application.views.paging import ListQuery
from application.views.runs import RunRow, RunSelection
from domain.errors import NotOneOf, request_parameter
from domain.runs.report_run import ReportRun, Status
from interfaces.console.api_calls import curl_call, python_call
from interfaces.console.console_services import services_of
from interfaces.console.pages.file_pages import preview_of
from interfaces.console.pages.recorded_reads import record_look
from interfaces.console.rendering import page
from interfaces.console.signed_in import caller_of
from interfaces.console.timeline import advice_on, ledger_version_of, outcome_of, timeline

PAGE_ROWS = 25

MOST_EVENTS = 100
"""Events of a run that its page shows."""


async def list_of_runs(request: Request) -> Response:
    """Newest first; `after` and `before` are ids of runs."""
    services, scope = services_of(request), caller_of(request).scope
    after, before = (request.query_params.get(name) or None for name in ("after", "before"))
    selection = _selection(request)
    found = await services.runs.page(ListQuery(scope, PAGE_ROWS, after, before), selection)
    rows = found.rows
    return page(
        request,
        "runs.html",
        runs=rows,
        is_pending=any(run.status == Status.PENDING for run in rows),
        newer=rows[0].id if rows and (after or (before and found.has_more)) else None,
        older=rows[-1].id if rows and (before or found.has_more) else None,
        query=request.url.query,
        selection=selection,
        selected=urlencode({name: value for name, value in selection._asdict().items() if value}),
        statuses=[status.value for status in Status],
        types=[one.id for one in services.report_types.runnable(livemode=scope.livemode)],
    )


async def one_run(request: Request) -> Response:
    services, caller = services_of(request), caller_of(request)
    run = await services.runs.get(caller.scope, request.path_params["id"])
    await record_look(request, run.id, "report_run")
    history = await services.runs.history(run.id, ListQuery(caller.scope, MOST_EVENTS), caller)
    outcome = outcome_of(history)
    rows = outcome.rows if isinstance(outcome, ReportRun.Succeeded) else 0
    return page(
        request,
        "run.html",
        run=run,
        is_pending=run.status == Status.PENDING,
        parameters=_parameters(run),
        entries=timeline(history),
        has_more_events=history.has_more,
        ledger_version=ledger_version_of(history),
        advice=advice_on(outcome),
        preview=await preview_of(request, run, rows),
        calls={"curl": curl_call(request, run), "Python": python_call(request, run)},
    )


def _selection(request: Request) -> RunSelection:
    """Raises an `InvalidParameter` for a status that there is not."""
    status, report_type = (request.query_params.get(name) or None for name in RunSelection._fields)
    if status is not None and status not in tuple(Status):
        raise NotOneOf(request_parameter("status"), tuple(Status), status)
    return RunSelection(Status(status) if status else None, report_type)


def _parameters(run: RunRow) -> dict[str, Any]:
    parameters: dict[str, Any] = orjson.loads(run.parameters)
    return parameters
