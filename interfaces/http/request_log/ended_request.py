"""A request that has ended, and its line in the log."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from interfaces.host.log_format import json_line, text_line, time_text

if TYPE_CHECKING:
    from domain.access.caller import Scope
    from interfaces.http.edge.request_context import RequestContext

LOGGER = "reportrun.requests"

MAX_PATH = 200
"""Characters of a path, or of an id in it, that are logged and kept."""

MAX_MESSAGE = 300
"""Characters of an error's message that are logged."""


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


NOUNS = {
    "report_runs": "run_id",
    "files": "file_id",
    "report_types": "report_type",
    "file_links": "link_id",
    "links": "link_id",
    "events": "event_id",
    "webhook_endpoints": "endpoint_id",
}
"""Part of a route -> what a line calls the `id` in its path."""


def line_of(request: EndedRequest) -> dict[str, Any]:
    """The line, as `interfaces.host.log_format` writes it."""
    at, seconds, request_id, method, path, route, parameters, status, context, error = request
    where = route or path[:MAX_PATH]
    line: dict[str, Any] = {
        "time": time_text(at),
        "level": "error" if status >= 500 else "info",
        "logger": LOGGER,
        "message": _message(method, where, status),
        "duration_ms": int(seconds * 10_000) / 10,
        "request_id": request_id,
        "method": method,
        "route": where,
        "status": status,
    }
    if context is not None:
        caller = context.caller
        line["key_id"] = caller.key_id
        line["account"], line["mode"] = caller.scope.account, caller.scope.mode
    if route is not None and parameters:
        line[_noun_of(route)] = parameters["id"][:MAX_PATH]
    if error is not None:
        _add_error(line, error)
    return line


def text_of(request: EndedRequest) -> bytes:
    """The line as text: what `text_line` writes, for most requests in a third of its time."""
    at, seconds, request_id, method, _, route, parameters, status, context, error = request
    id = parameters["id"][:MAX_PATH] if parameters else ""
    if route is None or context is None or error is not None or status >= 500 or not id.isprintable():
        return text_line(line_of(request))
    caller = context.caller
    object = f" {_noun_of(route)}={id}" if id else ""
    return (
        f"{time_text(at)} INFO {LOGGER}: {_message(method, route, status)} duration_ms={int(seconds * 10_000) / 10} "
        f"request_id={request_id} {_caller_text(caller.key_id, caller.scope)}{object}\n"
    ).encode()


def json_of(request: EndedRequest) -> bytes:
    """The line as JSON."""
    return json_line(line_of(request))


LINES = {"text": text_of, "json": json_of}
"""What makes the line of a request, by format."""


@lru_cache
def _message(method: str, where: str, status: int) -> str:
    return f"{method} {where} {status}"


@lru_cache(maxsize=1024)
def _caller_text(key_id: str, scope: Scope) -> str:
    return f"key_id={key_id} account={scope.account} mode={scope.mode}"


@lru_cache
def _noun_of(route: str) -> str:
    return next((noun for part, noun in NOUNS.items() if f"/{part}/" in route), "id")


def _add_error(line: dict[str, Any], error: Mapping[str, Any]) -> None:
    line["error"] = error["message"][:MAX_MESSAGE]
    if "code" in error:
        line["code"] = error["code"]
