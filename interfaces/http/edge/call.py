"""What routes work with: the application's services, and what is known of one call."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

from starlette.requests import Request

from application.access.authentication import Authentication
from application.log.idempotency import Idempotency
from application.runs.report_runs import ReportRuns
from application.runs.report_types import ReportTypes
from application.runs.result_files import ResultFiles
from domain.access.caller import Caller
from interfaces.http.edge.rate_limits import RateLimits

Headers = Mapping[bytes, str]
"""A request's headers by lower-case name."""


@dataclass(frozen=True, slots=True)
class Api:
    """The application as the HTTP room sees it.

    ready       raises `StoreUnavailable` when requests cannot be served now
    public_url  what links begin with; empty: the host that the caller used
    """

    authentication: Authentication
    runs: ReportRuns
    idempotency: Idempotency
    report_types: ReportTypes
    files: ResultFiles
    ready: Callable[[], Awaitable[None]]
    rate_limits: RateLimits
    max_body_bytes: int
    public_url: str


class Call(NamedTuple):
    """One authenticated call.

    base_url  scheme and host, without a slash at the end
    """

    caller: Caller
    request_id: str
    api_version: str
    idempotency_key: str | None
    base_url: str

    @property
    def log_url(self) -> str:
        """Where more is known of this request."""
        mode = "" if self.caller.scope.livemode else "test/"
        return f"{self.base_url}/{mode}logs/{self.request_id}?t={int(time.time())}"


def call_of(request: Request) -> Call:
    """What the gate has found out about a request."""
    call = request.scope["reportrun.call"]
    assert isinstance(call, Call)
    return call


def headers_of(request: Request) -> Headers:
    """The headers as the gate has read them: they are read once."""
    return cast("Headers", request.scope["reportrun.headers"])


def permitted(request: Request, permission: str) -> Call:
    """The call, when its key may do this. Raises `PermissionMissing`."""
    call = call_of(request)
    call.caller.must_have(permission)
    return call
