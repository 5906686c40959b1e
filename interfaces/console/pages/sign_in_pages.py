"""Signing in with an API key, and signing out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.errors import KeyRefused, NoKeyGiven
from interfaces.console.console_services import services_of
from interfaces.console.form_body import read_form
from interfaces.console.rendering import base_of, page, sections_of
from interfaces.console.signed_in import COOKIE, caller_of, is_https, keep_cookie
from interfaces.host.escaping import escaped

NOTHING_TO_SEE = "This key has none of the permissions that pages of the console need."

FIRST_PAGE = "/"


async def sign_in_page(request: Request) -> Response:
    has_ended = "ended" in request.query_params
    return page(request, "sign_in.html", next=_below(request.query_params.get("next", "")), ended=has_ended, fault="")


async def sign_in(request: Request) -> Response:
    services = services_of(request)
    form = await read_form(request, services.max_body_bytes)
    leads_to = _below(form.text("next"))
    try:
        cookie = await services.sessions.sign_in(form.text("key"))
    except NoKeyGiven:
        return page(request, "sign_in.html", 401, next=leads_to, ended=False, fault="Enter an API key.")
    except KeyRefused as refused:
        return page(request, "sign_in.html", 401, next=leads_to, ended=False, fault=escaped(str(refused)))
    response = RedirectResponse(base_of(request) + leads_to, 303)
    keep_cookie(request, response, cookie)
    return response


async def sign_out(request: Request) -> Response:
    await services_of(request).sessions.sign_out(request.cookies.get(COOKIE, ""), caller_of(request).actor)
    response = RedirectResponse(f"{base_of(request)}/sign-in", 303)
    response.delete_cookie(COOKIE, path=base_of(request), secure=is_https(request), httponly=True, samesite="lax")
    return response


async def first_page(request: Request) -> Response:
    """Lead to the first section that the key may see."""
    for path, _ in sections_of(caller_of(request)):
        return RedirectResponse(base_of(request) + path, 303)
    return page(request, "refusal.html", 403, sentence=NOTHING_TO_SEE)


def _below(path: str) -> str:
    """A page of the console to go on to; another host's address leads to the first page."""
    is_plain = path.startswith("/") and path.isascii() and path.isprintable() and "\\" not in path
    return path if is_plain and not path.startswith(("//", "/sign-")) else FIRST_PAGE
