"""Making a run's file again, and comparing it with the one on record."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from interfaces.console.console_services import services_of
from interfaces.console.pages.one_run.run_file import file_of
from interfaces.console.rendering import base_of, page
from interfaces.console.signed_in import caller_of


async def start_comparison(request: Request) -> Response:
    """Begin one in the background, and show the run."""
    run, _ = await file_of(request)
    services_of(request).comparisons.start(run.id)
    return RedirectResponse(f"{base_of(request)}/runs/{run.id}/comparison", 303)


async def comparison_page(request: Request) -> Response:
    """How far it is, and what came of it. It is known to the server that began it."""
    services = services_of(request)
    run = await services.runs.get(caller_of(request).scope, request.path_params["id"])
    return page(request, "comparison.html", run=run, trial=services.comparisons.of(run.id))
