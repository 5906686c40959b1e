"""Serves the page at `/docs`, Swagger UI with all its assets from this server, and leads browsers to a first page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

ASSETS_URL = "/docs/assets"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
"""Swagger UI sets styles on its elements; scripts come from this server alone."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

router = APIRouter(include_in_schema=False)

console_address = APIRouter(include_in_schema=False)
"""The console's address without the slash at its end, for servers that have a console."""

READING = ["GET", "HEAD"]


@router.api_route("/", methods=READING)
async def first_page(request: Request) -> Response:
    """Lead a browser to the console, or to the documentation of a server without one."""
    return _led(request, request.app.state.first_page)


@console_address.api_route("/console", methods=READING)
async def console_first_page(request: Request) -> Response:
    return _led(request, "console/")


def _led(request: Request, page: str) -> Response:
    """A redirect within the path prefix, also one that no proxy told of."""
    prefix = request.scope.get("root_path")
    return RedirectResponse(f"{prefix}/{page}" if prefix else page, headers={**HEADERS, "Vary": "Accept"})


@router.api_route("/docs", methods=READING)
async def docs_page(request: Request) -> Response:
    return Response(_content("page.html"), headers=HEADERS, media_type="text/html")


@router.api_route("/docs/start.js", methods=READING)
async def docs_script(request: Request) -> Response:
    return Response(_content("start.js"), headers=HEADERS, media_type="text/javascript")


@cache
def _content(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
