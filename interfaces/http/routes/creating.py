"""Creates a run from a form: the part that is the same for runs and planned runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from application.log.idempotency import Answer, KeyUse
from application.log.idempotency_records import IdempotencyRecord
from application.runs.report_runs import RequestRun
from application.views.runs import RunRow
from domain.runs.report_run import PlannedOutcome
from interfaces.http.api import Api
from interfaces.http.edge.idempotency import key_use, recorded_response
from interfaces.http.edge.request_context import RequestContext, api_of
from interfaces.http.requests.fields import mapping, required_text
from interfaces.http.responses.json import Json
from interfaces.http.responses.json_bytes import json_bytes
from interfaces.http.responses.objects import run_object

RUN_FIELDS = ("report_type", "parameters")


async def create_run(
    request: Request, context: RequestContext, form: Mapping[str, Any], plan: PlannedOutcome | None = None
) -> Response:
    """Make the run; under an idempotency key, once."""
    api = api_of(request)
    command = RequestRun(
        caller=context.caller,
        report_type=required_text(form, "report_type"),
        parameters=mapping(form, "parameters"),
        request_id=context.request_id,
        idempotency_key=context.idempotency_key,
        api_version=context.api_version,
        plan=plan,
    )
    use = key_use(request, context, form)
    if use is None:
        return Json(run_object(await api.runs.request(command), context.base_url))
    return recorded_response(
        await api.idempotency.once(use, lambda: _create_and_record(api, command, use, context.base_url))
    )


async def _create_and_record(api: Api, command: RequestRun, use: KeyUse, base_url: str) -> Answer:
    """The response is recorded in the same transaction as the run's first event."""
    records: list[IdempotencyRecord] = []

    def record(run: RunRow) -> IdempotencyRecord:
        records.append(api.idempotency.record(use, 200, json_bytes(run_object(run, base_url))))
        return records[0]

    await api.runs.request(command, record)
    return Answer(200, records[0].body, use.request_id)
