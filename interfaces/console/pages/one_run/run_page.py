"""The page of one run."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from application.views.paging import ListQuery
from application.views.runs import RunRow
from domain.runs.report_run import ReportRun, Status
from interfaces.console.api_calls import curl_call, python_call
from interfaces.console.console_services import services_of
from interfaces.console.pages.one_run.file_pages import preview_of
from interfaces.console.pages.one_run.run_file import MOST_EVENTS
from interfaces.console.pages.recorded_reads import record_look
from interfaces.console.rendering import page
from interfaces.console.signed_in import caller_of
from interfaces.console.timeline import advice_on, ledger_version_of, outcome_of, timeline

SLOW_WORKBOOK_ROWS = 300_000
"""Rows of a file from which its workbook takes a minute or two."""


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
        is_slow_workbook=rows > SLOW_WORKBOOK_ROWS,
        most_workbook_rows=services.most_workbook_rows,
        trial=services.comparisons.of(run.id),
        calls={"curl": curl_call(request, run), "Python": python_call(request, run)},
    )


def _parameters(run: RunRow) -> dict[str, Any]:
    parameters: dict[str, Any] = orjson.loads(run.parameters)
    return parameters
