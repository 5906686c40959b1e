"""The list of runs."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from application.views.paging import ListQuery
from application.views.runs import RunSelection
from domain.errors import NotOneOf, request_parameter
from domain.runs.report_run import Status
from interfaces.console.console_services import services_of
from interfaces.console.rendering import page
from interfaces.console.signed_in import caller_of

PAGE_ROWS = 25


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


def _selection(request: Request) -> RunSelection:
    """Raises an `InvalidParameter` for a status that there is not."""
    status, report_type = (request.query_params.get(name) or None for name in RunSelection._fields)
    if status is not None and status not in tuple(Status):
        raise NotOneOf(request_parameter("status"), tuple(Status), status)
    return RunSelection(Status(status) if status else None, report_type)
