"""The ASGI application: which address leads to which route."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.errors import StoreUnavailable
from interfaces.http.edge.addresses import ID, Addresses
from interfaces.http.edge.call import Api
from interfaces.http.edge.gate import Gate
from interfaces.http.openapi import describe
from interfaces.http.routes.files import FILES, Files
from interfaces.http.routes.report_runs import PLANNED_RUNS, RUNS, TYPES, Reporting

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def build_app(api: Api, lifespan: Lifespan) -> Gate:
    """Everything that is served: behind the gate what needs a key, beside it what does not.

    lifespan  starts and stops what the server needs beside it
    """
    return Gate(addresses(api), open_app(api, lifespan), api)


def addresses(api: Api) -> Addresses:
    """What needs a key."""
    reporting, files = Reporting(api), Files(api)
    found = Addresses()
    found.add("POST", RUNS, reporting.create_run)
    found.add("GET", RUNS, reporting.list_runs)
    found.add("GET", f"{RUNS}/{ID}", reporting.get_run)
    found.add("GET", f"{RUNS}/{ID}/history", reporting.get_history)
    found.add("POST", PLANNED_RUNS, reporting.create_planned_run)
    found.add("GET", TYPES, reporting.list_types)
    found.add("GET", f"{TYPES}/{ID}", reporting.get_type)
    found.add("GET", FILES, files.list_files)
    found.add("GET", f"{FILES}/{ID}", files.get_file)
    found.add("GET", f"{FILES}/{ID}/contents", files.get_contents)
    return found


def open_app(api: Api, lifespan: Lifespan) -> FastAPI:
    """What needs none: see `gate.OPEN`. A framework's layers cost little where little is asked."""
    app = FastAPIOffline(  # its page loads nothing from elsewhere
        title="Reportrun",
        docs_url="/docs",
        redoc_url=None,
        static_url="/docs/assets",
        swagger_ui_oauth2_redirect_url="/docs/oauth2-redirect",
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.add_route("/healthz", _alive, methods=["GET"])
    app.add_route("/readyz", _readiness(api), methods=["GET"])
    app.add_exception_handler(HTTPException, _nothing_here)
    app.openapi = describe  # type: ignore[method-assign]
    return app


async def _alive(request: Request) -> Response:
    return JSONResponse({"status": "alive"})


def _readiness(api: Api) -> Callable[[Request], Awaitable[Response]]:
    async def ready(request: Request) -> Response:
        try:
            await api.ready()
        except StoreUnavailable as trouble:
            return JSONResponse({"status": "not ready", "reason": str(trouble)}, status_code=503)
        return JSONResponse({"status": "ready"})

    return ready


async def _nothing_here(request: Request, exception: Exception) -> Response:
    return JSONResponse({"error": "Not found."}, status_code=404)
