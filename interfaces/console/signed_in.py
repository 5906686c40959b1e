"""Finds the caller of a page from its cookie, and leads a visitor without a session to the sign-in page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.access.caller import Caller
from domain.errors import KeyRefused
from interfaces.console.console_services import services_of
from interfaces.console.rendering import CALLER, base_of

COOKIE = "reportrun_console"

Endpoint = Callable[[Request], Awaitable[Response]]


def signed_in(endpoint: Endpoint, *permissions: str) -> Endpoint:
    """The page for callers that have one of the permissions; none: for every signed-in caller.

    Raises `PermissionMissing`, which names the first, for a key that has none of them, and `TooManyRequests`: pages
    count among the requests of the key's account.
    """

    async def guarded(request: Request) -> Response:
        try:
            caller = await services_of(request).sessions.caller(request.cookies.get(COOKIE, ""))
        except KeyRefused:
            return _to_sign_in(request)
        request.scope[CALLER] = caller
        services_of(request).take_request(caller.scope)
        if permissions:
            caller.must_have(*permissions)
        return await endpoint(request)

    return guarded


def caller_of(request: Request) -> Caller:
    caller: Caller = request.scope[CALLER]
    return caller


def _to_sign_in(request: Request) -> Response:
    """A redirect; a part of a page that is fetched in the background leads the whole page there."""
    base = base_of(request)
    ended = "ended=1&" if COOKIE in request.cookies else ""
    below = request.scope["path"].removeprefix(base)
    address = f"{base}/sign-in?{ended}next={quote(below if request.method == 'GET' else '/runs')}"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=200, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)
