"""The routes under /v1/reporting."""

from __future__ import annotations

from starlette.requests import Request

from application.report_runs import RequestRun
from application.views import ListQuery
from domain.errors import MissingParameter
from interfaces.http import parameters as read
from interfaces.http.api import Api, call_of
from interfaces.http.json import Json
from interfaces.http.objects import event_object, list_object, report_type_object, run_object

RUNS = "/v1/reporting/report_runs"
TYPES = "/v1/reporting/report_types"


class Reporting:
    """Report runs and report types."""

    def __init__(self, api: Api) -> None:
        self._runs = api.runs
        self._types = api.report_types
        self._max_body_bytes = api.max_body_bytes

    async def create_run(self, request: Request) -> Json:
        call = call_of(request)
        form = await read.form_of(request, self._max_body_bytes)
        read.check_expand(form)
        read.only(form, "report_type", "parameters", "expand")
        report_type = read.text(form, "report_type")
        if report_type is None:
            raise MissingParameter("report_type")
        command = RequestRun(
            caller=call.caller,
            report_type=report_type,
            parameters=read.hash(form, "parameters"),
            request_id=call.request_id,
            idempotency_key=call.idempotency_key,
            api_version=call.api_version,
        )
        return Json(run_object(await self._runs.request(command), call.base_url))

    async def get_run(self, request: Request) -> Json:
        call = call_of(request)
        form = read.query_of(request)
        read.check_expand(form)
        read.only(form, "expand")
        run = await self._runs.get(call.caller.scope, request.path_params["id"])
        return Json(run_object(run, call.base_url))

    async def list_runs(self, request: Request) -> Json:
        call = call_of(request)
        form = read.query_of(request)
        read.check_expand(form, is_list=True)
        read.only(form, "limit", "starting_after", "ending_before", "created", "expand")
        page = await self._runs.page(
            ListQuery(
                scope=call.caller.scope,
                limit=read.limit(form),
                starting_after=read.text(form, "starting_after"),
                ending_before=read.text(form, "ending_before"),
                created=read.created(form),
            )
        )
        runs = [run_object(run, call.base_url) for run in page.rows]
        return Json(list_object(runs, RUNS, has_more=page.has_more))

    async def get_history(self, request: Request) -> Json:
        call = call_of(request)
        read.only(read.query_of(request))
        run_id = request.path_params["id"]
        events = await self._runs.history(call.caller.scope, run_id)
        return Json(
            list_object([event_object(run_id, event) for event in events], f"{RUNS}/{run_id}/history", has_more=False)
        )

    async def list_types(self, request: Request) -> Json:
        call = call_of(request)
        form = read.query_of(request)
        read.check_expand(form, is_list=True)
        read.only(form, "expand")
        offers = await self._types.all(call.caller.scope)
        return Json(list_object([report_type_object(offer) for offer in offers], TYPES, has_more=False))

    async def get_type(self, request: Request) -> Json:
        call = call_of(request)
        form = read.query_of(request)
        read.check_expand(form)
        read.only(form, "expand")
        return Json(report_type_object(await self._types.get(call.caller.scope, request.path_params["id"])))
