"""The ASGI application: which address leads to which route."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.errors import ReportrunError, StoreUnavailable
from interfaces.http.api import Api, call_of
from interfaces.http.errors import INTERNAL_ERROR, NoSuchAddress, error_answer
from interfaces.http.files import FILES, Files
from interfaces.http.gate import Gate
from interfaces.http.json import Json
from interfaces.http.openapi import describe
from interfaces.http.reporting import RUNS, TYPES, Reporting

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def build_app(api: Api, lifespan: Lifespan) -> Gate:
    """Everything that is served.

    lifespan  starts and stops what the server needs beside it
    """
    app = FastAPI(title="Reportrun", docs_url="/docs", redoc_url=None, redirect_slashes=False, lifespan=lifespan)
    reporting, files = Reporting(api), Files(api)
    app.add_route(RUNS, reporting.create_run, methods=["POST"])
    app.add_route(RUNS, reporting.list_runs, methods=["GET"])
    app.add_route(RUNS + "/{id}", reporting.get_run, methods=["GET"])
    app.add_route(RUNS + "/{id}/history", reporting.get_history, methods=["GET"])
    app.add_route(TYPES, reporting.list_types, methods=["GET"])
    app.add_route(TYPES + "/{id}", reporting.get_type, methods=["GET"])
    app.add_route(FILES, files.list_files, methods=["GET"])
    app.add_route(FILES + "/{id}", files.get_file, methods=["GET"])
    app.add_route(FILES + "/{id}/contents", files.get_contents, methods=["GET"])
    app.add_route("/healthz", _alive, methods=["GET"])
    app.add_route("/readyz", _readiness(api), methods=["GET"])
    app.add_exception_handler(ReportrunError, _refused)
    app.add_exception_handler(HTTPException, _no_such_address)
    app.add_exception_handler(Exception, _went_wrong)
    app.openapi = describe  # type: ignore[method-assign]
    return Gate(app, api)


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


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ReportrunError)
    return error_answer(error, call_of(request).log_url)


async def _no_such_address(request: Request, exception: Exception) -> Response:
    """An address or a method that no route has."""
    if "reportrun.call" not in request.scope:  # below an address that needs no key
        return JSONResponse({"error": "Not found."}, status_code=404)
    return await _refused(request, NoSuchAddress(request.method, request.url.path))


async def _went_wrong(request: Request, bug: Exception) -> Response:
    return Json(INTERNAL_ERROR, 500)
