"""A request that has ended, and its line in the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from interfaces.host.log_format import time_text
from interfaces.http.edge.request_context import RequestContext

LOGGER = "reportrun.requests"

MAX_PATH = 500
"""Characters of a path that are logged and kept."""


class EndedRequest(NamedTuple):
    """The facts of a request and its response.

    at        Unix seconds, when the response ended
    seconds   from the end of the request's head to the end of the response
    route     the path of the operation, `/v1/files/{id}`; None when there is none
    context   None for a request that was not authenticated
    error     the `error` of the response to a request that was refused; None for others
    """

    at: float
    seconds: float
    request_id: str
    method: str
    path: str
    route: str | None
    path_parameters: dict[str, str]
    status: int
    context: RequestContext | None
    error: Mapping[str, Any] | None


def line_of(request: EndedRequest) -> dict[str, Any]:
    """The line, as `interfaces.host.log_format` writes it."""
    where = request.route or request.path[:MAX_PATH]
    milliseconds = round(request.seconds * 1000, 1)
    line = {
        "time": time_text(request.at),
        "level": "error" if request.status >= 500 else "info",
        "logger": LOGGER,
        "message": f"{request.method} {where} {request.status} {milliseconds} ms",
        "request_id": request.request_id,
        "method": request.method,
        "route": where,
        "status": request.status,
        "duration_ms": milliseconds,
    }
    return line | _caller(request) | _objects(request) | _fault(request)


def _caller(request: EndedRequest) -> dict[str, Any]:
    if request.context is None:
        return {}
    caller = request.context.caller
    return {"key_id": caller.key_id, "account": caller.scope.account, "mode": caller.scope.mode}


def _objects(request: EndedRequest) -> dict[str, Any]:
    """The object that the path names: `run_id`, `file_id`."""
    id = request.path_parameters.get("id")
    noun = next((noun for part, noun in NOUNS.items() if request.route and part in request.route), None)
    return {noun: id[:MAX_PATH]} if id and noun else {}


NOUNS = {
    "/report_runs/": "run_id",
    "/files/": "file_id",
    "/report_types/": "report_type",
    "/file_links/": "link_id",
    "/events/": "event_id",
    "/webhook_endpoints/": "endpoint_id",
}


def _fault(request: EndedRequest) -> dict[str, Any]:
    if request.error is None:
        return {}
    fault = {"error": request.error["message"][:MAX_PATH], "code": request.error.get("code")}
    return {name: value for name, value in fault.items() if value is not None}
