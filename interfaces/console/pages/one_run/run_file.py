"""The file of the run that an address names, for those that may read it."""

from __future__ import annotations

from starlette.requests import Request

from application.views.files import FileRow
from application.views.paging import ListQuery
from application.views.runs import RunRow
from domain.errors import NotFound
from domain.runs.report_run import ReportRun
from interfaces.console.console_services import services_of
from interfaces.console.signed_in import caller_of
from interfaces.console.timeline import outcome_of

MOST_EVENTS = 100
"""Events of a run that its page shows."""


async def file_of(request: Request) -> tuple[RunRow, FileRow]:
    """Raises `NotFound` for a run that is not the caller's or has no file, and `FileExpired`."""
    services, scope = services_of(request), caller_of(request).scope
    run = await services.runs.get(scope, request.path_params["id"])
    if run.file_id is None:
        raise NotFound("file", run.id, reason="The run has no file.")
    return run, await services.files.readable(scope, run.file_id)


async def rows_on_record(request: Request, run_id: str) -> int:
    """How many rows the file of a run has, by its history; 0 where its success is not on the first page of that."""
    caller = caller_of(request)
    history = await services_of(request).runs.history(run_id, ListQuery(caller.scope, MOST_EVENTS), caller)
    outcome = outcome_of(history)
    return outcome.rows if isinstance(outcome, ReportRun.Succeeded) else 0
