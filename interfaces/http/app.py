"""The ASGI application: FastAPI with the path operations, and the edge around it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import cast

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from domain.errors import ReportrunError
from interfaces.http.api import Api
from interfaces.http.docs.page import ASSETS_URL, console_address
from interfaces.http.docs.page import router as docs_page
from interfaces.http.document import ABOUT, describe
from interfaces.http.edge.errors import internal_error
from interfaces.http.edge.fast_path import FastPath
from interfaces.http.edge.middleware import NO_SUCH_PAGE, Edge
from interfaces.http.edge.refusals import UnrecognizedUrl
from interfaces.http.edge.request_context import is_authenticated
from interfaces.http.request_log.request_log import refuse
from interfaces.http.routes import (
    deliveries,
    events,
    files,
    health,
    logs,
    report_runs,
    report_types,
    test_helpers,
    tiles,
    webhook_endpoints,
)
from interfaces.http.routes.history import past_runs
from interfaces.http.routes.links import file_links, public_links

MODULES = (
    report_runs,
    report_types,
    files,
    file_links,
    events,
    deliveries,
    webhook_endpoints,
    test_helpers,
    past_runs,
    tiles,
    logs,
    public_links,
    health,
)
"""The modules of path operations, in the order of the OpenAPI document."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


CONSOLE = "/console"


def build_app(api: Api, lifespan: Lifespan, console: ASGIApp | None = None) -> Edge:
    """The whole server.

    lifespan  starts and stops what the server needs
    console   the pages below `/console`; None: there are none
    """
    app = routed_app(lifespan)
    app.state.first_page = "docs"
    if console is not None:
        app.state.first_page = f"{CONSOLE[1:]}/"
        app.include_router(console_address)
        app.mount(CONSOLE, console)
    return Edge(app, api, FastPath(app.routes))


def routed_app(lifespan: Lifespan) -> FastAPI:
    """Every path operation, and the pages that describe them."""
    app = FastAPIOffline(  # serves Swagger UI's assets
        **ABOUT,
        docs_url=None,
        redoc_url=None,
        static_url=ASSETS_URL,
        redirect_slashes=False,
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    app.include_router(docs_page)
    for module in MODULES:
        app.router.routes.extend(module.router.routes)  # `include_router` would build each operation a second time
    app.add_exception_handler(ReportrunError, _refuse)
    app.add_exception_handler(HTTPException, _not_found)
    app.add_exception_handler(Exception, _fail)
    describe(app)
    return app


async def _refuse(request: Request, error: Exception) -> Response:
    return refuse(request.scope, cast("ReportrunError", error))


async def _not_found(request: Request, error: Exception) -> Response:
    """FastAPI's 404 and 405: both are a 404 in Stripe's API."""
    if not is_authenticated(request.scope):
        return NO_SUCH_PAGE
    return refuse(request.scope, UnrecognizedUrl(request.method, request.scope["path"]))


async def _fail(request: Request, error: Exception) -> Response:
    return internal_error()
