"""The context of a request, which the edge puts into its ASGI scope."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NamedTuple

from starlette.requests import Request
from starlette.types import Scope

from domain.access.caller import Caller
from interfaces.http.api import Api

Headers = Mapping[bytes, str]
"""A request's headers by lower-case name."""

API, CONTEXT, HEADERS = "reportrun.api", "reportrun.context", "reportrun.headers"
"""Keys of the ASGI scope that the edge sets."""


class RequestContext(NamedTuple):
    """An authenticated request.

    base_url  scheme and host, without a slash at the end
    """

    caller: Caller
    request_id: str
    api_version: str
    idempotency_key: str | None
    base_url: str


def api_of(request: Request) -> Api:
    api: Api = request.scope[API]
    return api


def headers_of(request: Request) -> Headers:
    """The headers as the edge has parsed them, once for all."""
    headers: Headers = request.scope[HEADERS]
    return headers


def context_of(request: Request) -> RequestContext:
    context: RequestContext = request.scope[CONTEXT]
    return context


def permitted(request: Request, *permissions: str) -> RequestContext:
    """The context, when the key has one of the permissions. Raises `PermissionMissing`, which names the first."""
    context = context_of(request)
    context.caller.must_have(*permissions)
    return context


def is_authenticated(scope: Scope) -> bool:
    return CONTEXT in scope


def log_url(scope: Scope) -> str | None:
    """The `request_log_url` of an authenticated request; None before that."""
    context: RequestContext | None = scope.get(CONTEXT)
    if context is None:
        return None
    mode = "" if context.caller.scope.livemode else "test/"
    return f"{context.base_url}/{mode}logs/{context.request_id}?t={int(time.time())}"
