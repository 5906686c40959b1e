"""The list of runs."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import Response

from application.views.paging import ListQuery
from domain.runs.report_run import Status
from interfaces.console.console_services import services_of
from interfaces.console.pages.askers import askers_of
from interfaces.console.pages.run_filters import filters_of
from interfaces.console.rendering import page
from interfaces.console.signed_in import caller_of

PAGE_ROWS = 25


async def list_of_runs(request: Request) -> Response:
    """Newest first; `after` and `before` are ids of runs."""
    services, caller, filters = services_of(request), caller_of(request), filters_of(request)
    after, before = (request.query_params.get(name) or None for name in ("after", "before"))
    query = ListQuery(caller.scope, PAGE_ROWS, after, before, filters.created())
    found = await services.runs.page(query, filters.selection())
    rows = found.rows
    return page(
        request,
        "runs.html",
        runs=rows,
        is_pending=any(run.status == Status.PENDING for run in rows),
        newer=rows[0].id if rows and (after or (before and found.has_more)) else None,
        older=rows[-1].id if rows and (before or found.has_more) else None,
        query=request.url.query,
        filters=filters,
        now=int(time.time()),
        statuses=[status.value for status in Status],
        types=[one.id for one in services.report_types.runnable(livemode=caller.scope.livemode)],
        askers=await askers_of(request),
    )
