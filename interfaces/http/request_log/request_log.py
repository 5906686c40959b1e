"""The log of requests: which of them have a line, and what is kept of those that were refused."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from starlette.types import Scope

from domain.errors import ReportrunError
from domain.errors.access import KeyRefused
from interfaces.http.edge.errors import error_body, error_response
from interfaces.http.edge.request_context import CONTEXT, RequestContext, log_url
from interfaces.http.request_log.buffered_lines import BufferedLines
from interfaces.http.request_log.ended_request import EndedRequest
from interfaces.http.request_log.refused_keys import RefusedKeys
from interfaces.http.request_log.request_records import RequestRecords
from interfaces.http.responses.json import Json

ERROR, KEY_ERROR, ROUTE = "reportrun.error", "reportrun.key_error", "reportrun.route"
"""Keys of the ASGI scope: the error of a refusal, the same when it is the key that is refused, and the path of the
operation. They hold texts: an exception would keep the frames that it passed through, and all that is in them."""

KINDS = ("off", "errors", "all")

_LEAST_STATUS = {"off": 1000, "errors": 400, "all": 0}
"""The smallest status of a response that has a line, by kind."""


class RequestLog:
    """Is told of each request that has ended.

    kind   `all` requests have a line; or `errors`, those of status 400 and above, but for refused keys, which have
           lines of their own; or none
    level  the level of the log: above info, only lines about statuses of 500 and above are shown
    """

    def __init__(self, kind: str, level: int, lines: BufferedLines, records: RequestRecords) -> None:
        least = _LEAST_STATUS[kind]
        self._least_status = least if level <= logging.INFO else max(least, 500)
        self._has_all = kind == "all"
        self._lines = lines
        self._refused_keys = RefusedKeys()
        self.records = records

    def end(self, scope: Scope, request_id: str, status: int, began: float) -> None:
        """began  seconds, as `time.perf_counter` gave them at the beginning"""
        error: Mapping[str, Any] | None = scope.get(ERROR)
        if error is None and status < self._least_status:
            return
        context: RequestContext | None = scope.get(CONTEXT)
        request = EndedRequest(
            time.time(),
            time.perf_counter() - began,
            request_id,
            scope["method"],
            scope["path"],
            scope.get(ROUTE),
            scope.get("path_params", {}),
            status,
            context,
            error,
        )
        if error is not None:
            self._end_refused(scope, request)
        if status >= self._least_status and (context is not None or self._has_all or status >= 500):
            self._lines.add(request)

    def _end_refused(self, scope: Scope, request: EndedRequest) -> None:
        self.records.add(request)
        if KEY_ERROR in scope:
            client = scope.get("client")
            self._refused_keys.note(scope[KEY_ERROR], request, client[0] if client else None)

    async def run(self) -> None:
        """Write lines until this is cancelled."""
        try:
            await self._lines.run()
        finally:
            self._refused_keys.say_more()


def refuse(scope: Scope, error: ReportrunError) -> Json:
    """The response to a request that is refused; the log of requests finds the error in the scope."""
    scope[ERROR] = error_body(error, None)["error"]
    if isinstance(error, KeyRefused):
        scope[KEY_ERROR] = str(error)
    return error_response(error, log_url(scope))
