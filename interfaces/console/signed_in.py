"""Finds the caller of a page from its cookie, or from the user that a trusted proxy names; leads other visitors to the
sign-in page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.access.caller import Caller
from domain.errors import KeyRefused, ReportrunError
from interfaces.console.console_services import services_of
from interfaces.console.form_body import check_pairs
from interfaces.console.rendering import CALLER, base_of, is_part, refusal_page

COOKIE = "reportrun_console"

FIRST_SECTION = "/runs"

Endpoint = Callable[[Request], Awaitable[Response]]


def signed_in(endpoint: Endpoint, *permissions: str) -> Endpoint:
    """The page for callers that have one of the permissions; none: for every signed-in caller.

    Raises `PermissionMissing`, which names the first, for a key that has none of them, `NulGiven`, and
    `TooManyRequests`: pages count among the requests of the key's account.
    """

    async def guarded(request: Request) -> Response:
        services = services_of(request)
        user, new_cookie = services.user_of(request.scope), ""
        try:
            caller = await services.sessions.caller(request.cookies.get(COOKIE, ""), user)
        except KeyRefused:
            if not user:
                return _to_sign_in(request)
            new_cookie = await services.sessions.sign_in_user(user)
            caller = await services.sessions.caller(new_cookie, user)
        request.scope[CALLER] = caller
        if not new_cookie:
            return await permitted(request)
        try:
            response = await permitted(request)
        except ReportrunError as refused:  # its page keeps the new session, too
            response = refusal_page(request, refused, services.status_of(refused))
        keep_cookie(request, response, new_cookie)
        return response

    async def permitted(request: Request) -> Response:
        caller = caller_of(request)
        services_of(request).take_request(caller.scope)
        check_pairs(request.query_params.multi_items())
        if permissions:
            caller.must_have(*permissions)
        return await endpoint(request)

    return guarded


def keep_cookie(request: Request, response: Response, cookie: str) -> None:
    """Have the browser keep a session, for pages of the console alone."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=services_of(request).sessions.lasting_seconds,
        path=base_of(request),
        secure=is_https(request),
        httponly=True,
        samesite="lax",
    )


def is_https(request: Request) -> bool:
    return request.scope["scheme"] == "https" or services_of(request).public_url.startswith("https://")


def caller_of(request: Request) -> Caller:
    caller: Caller = request.scope[CALLER]
    return caller


def _to_sign_in(request: Request) -> Response:
    """A redirect; a part of a page that is fetched in the background leads the whole page there."""
    base = base_of(request)
    ended = "ended=1&" if COOKIE in request.cookies else ""
    address = f"{base}/sign-in?{ended}next={quote(_comes_back_to(request))}"
    if is_part(request):
        return Response(status_code=200, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def _comes_back_to(request: Request) -> str:
    """The visitor's page below the console, with its filters; the list of runs where a form was sent."""
    if request.method != "GET":
        return FIRST_SECTION
    path, query, base = request.scope["path"], request.url.query, base_of(request)
    whole = urlsplit(request.headers.get("hx-current-url", ""))
    if is_part(request) and whole.path.startswith(f"{base}/"):
        path, query = whole.path, whole.query
    below: str = path.removeprefix(base)
    return f"{below}?{query}" if query else below
