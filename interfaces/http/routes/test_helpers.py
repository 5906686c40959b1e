"""The operations under /v1/test_helpers: an addition to Stripe's surface, in test mode only."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from domain.errors import OnlyInTestMode
from domain.runs.report_run import PlannedOutcome
from interfaces.http.edge.request_context import api_of, permitted
from interfaces.http.requests.fields import integer_within, text
from interfaces.http.requests.reading import read_body
from interfaces.http.requests.request_models import EXAMPLE, LONGEST_DELAY_SECONDS, OTHER_PARAMETERS, CreatePlannedRun
from interfaces.http.responses import response_models
from interfaces.http.responses.statuses import IDEMPOTENT_RESPONSE, refusals, succeeds
from interfaces.http.routes.creating import RUN_FIELDS, create_run
from interfaces.http.routes.keyed import IDEMPOTENCY_KEY, keyed_operations
from interfaces.http.routes.operation import form_of
from interfaces.http.routes.report_runs import PERMISSION

PLANNED_RUNS = "/v1/test_helpers/reporting/report_runs"

router = keyed_operations("test helpers")


@router.post(
    PLANNED_RUNS,
    response_model=response_models.ReportRun,
    responses=succeeds(IDEMPOTENT_RESPONSE) | refusals(409),
    dependencies=[IDEMPOTENCY_KEY],
    openapi_extra=form_of(CreatePlannedRun, EXAMPLE, **OTHER_PARAMETERS),
    summary="Ask for a report with an outcome of your choice",
)
async def create_planned_run(request: Request) -> Response:
    context = permitted(request, PERMISSION)
    if context.caller.scope.livemode:
        raise OnlyInTestMode
    form = await read_body(request, api_of(request).max_body_bytes, *RUN_FIELDS, "delay_seconds", "error")
    delay = integer_within(form, "delay_seconds", 0, LONGEST_DELAY_SECONDS)
    return await create_run(request, context, form, PlannedOutcome(text(form, "error"), delay or 0))
