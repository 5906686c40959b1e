"""The routes under /v1/reporting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from application.log.idempotency import Answer
from application.log.idempotency_records import IdempotencyRecord
from application.runs.report_runs import RequestRun
from application.views.runs import RunRow
from domain.errors import OnlyInTestMode
from domain.runs.report_run import PlannedOutcome
from interfaces.http.edge.call import Api, Call, permitted
from interfaces.http.edge.idempotency import json_answer, key_use
from interfaces.http.requests import fields as read
from interfaces.http.responses.json import Json, json_bytes, list_bytes
from interfaces.http.responses.objects import event_object, list_object, report_type_object, run_item, run_object

RUNS = "/v1/reporting/report_runs"
TYPES = "/v1/reporting/report_types"
PLANNED_RUNS = "/v1/test_helpers/reporting/report_runs"

PERMISSION = "report_runs_and_report_types_read"
"""What a restricted key needs for all of it; reading is enough to ask for a report, as in Stripe's API."""

LONGEST_DELAY_SECONDS = 3600
"""How long a planned run may wait before work on it begins."""


class Reporting:
    """Report runs and report types."""

    def __init__(self, api: Api) -> None:
        self._runs = api.runs
        self._types = api.report_types
        self._idempotency = api.idempotency
        self._max_body_bytes = api.max_body_bytes

    async def create_run(self, request: Request) -> Response:
        call = permitted(request, PERMISSION)
        form = await read.body(request, self._max_body_bytes, "report_type", "parameters")
        return await self._create(request, call, form)

    async def create_planned_run(self, request: Request) -> Response:
        """The same in test mode, with an end that the caller chooses: ours, beside Stripe's surface."""
        call = permitted(request, PERMISSION)
        if call.caller.scope.livemode:
            raise OnlyInTestMode
        names = ("report_type", "parameters", "delay_seconds", "error")
        form = await read.body(request, self._max_body_bytes, *names)
        delay = read.integer(form, "delay_seconds", 0, LONGEST_DELAY_SECONDS)
        return await self._create(request, call, form, PlannedOutcome(read.text(form, "error"), delay or 0))

    async def _create(
        self, request: Request, call: Call, form: Mapping[str, Any], plan: PlannedOutcome | None = None
    ) -> Response:
        command = RequestRun(
            caller=call.caller,
            report_type=read.required_text(form, "report_type"),
            parameters=read.mapping(form, "parameters"),
            request_id=call.request_id,
            idempotency_key=call.idempotency_key,
            api_version=call.api_version,
            plan=plan,
        )
        use = key_use(request, call, form)
        if use is None:
            return Json(run_object(await self._runs.request(command), call.base_url))

        async def carry_out() -> Answer:
            records: list[IdempotencyRecord] = []

            def record(run: RunRow) -> IdempotencyRecord:
                body = json_bytes(run_object(run, call.base_url))
                records.append(self._idempotency.record(use, 200, body))
                return records[0]

            await self._runs.request(command, record)
            return Answer(200, records[0].body, use.request_id)

        return json_answer(await self._idempotency.once(use, carry_out))

    async def get_run(self, request: Request) -> Json:
        call = permitted(request, PERMISSION)
        read.query(request)
        run = await self._runs.get(call.caller.scope, request.path_params["id"])
        return Json(run_object(run, call.base_url))

    async def list_runs(self, request: Request) -> Json:
        call = permitted(request, PERMISSION)
        form = read.query(request, *read.LIST_PARAMETERS, is_list=True)
        page = await self._runs.page(read.list_query(form, call.caller.scope))
        items = [run_item(run, call.base_url) for run in page.rows]
        return Json.of_bytes(list_bytes(items, RUNS, has_more=page.has_more), 200)

    async def get_history(self, request: Request) -> Json:
        call = permitted(request, PERMISSION)
        form = read.query(request, *read.PAGE_PARAMETERS, is_list=True)
        run_id = request.path_params["id"]
        page = await self._runs.history(run_id, read.list_query(form, call.caller.scope))
        events = [event_object(event) for event in page.events]
        return Json(list_object(events, f"{RUNS}/{run_id}/history", has_more=page.has_more))

    async def list_types(self, request: Request) -> Json:
        call = permitted(request, PERMISSION)
        read.query(request, is_list=True)
        offers = await self._types.all(call.caller.scope)
        return Json(list_object([report_type_object(offer) for offer in offers], TYPES, has_more=False))

    async def get_type(self, request: Request) -> Json:
        call = permitted(request, PERMISSION)
        read.query(request)
        return Json(report_type_object(await self._types.get(call.caller.scope, request.path_params["id"])))
