"""The operations that tell whether the server works. They need no key."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from application.health.surroundings import OperatingState
from domain.errors import StoreUnavailable
from interfaces.http.edge.request_context import api_of
from interfaces.http.responses.response_models import Health
from interfaces.http.routes.operation import Operations

router = Operations("health")


@router.get("/healthz", response_model=Health, summary="Whether the server is alive")
async def is_alive(request: Request) -> JSONResponse:
    return JSONResponse(Health(status="alive"))


@router.get(
    "/readyz",
    response_model=Health,
    responses={503: {"model": Health, "description": "Not ready"}},
    summary="Whether the server can serve: `ready`, or `degraded` when runs wait for a worker or files are away",
)
async def is_ready(request: Request) -> JSONResponse:
    try:
        state = await api_of(request).ready()
    except StoreUnavailable as trouble:
        return JSONResponse(Health(status="not ready", reason=str(trouble)), status_code=503)
    return JSONResponse(_shown(state))


def _shown(state: OperatingState) -> Health:
    """The answer of a server that can serve."""
    shown = Health(status="degraded" if state.faults else "ready")
    if state.faults:
        shown["reason"] = " ".join(state.faults)
    if state.work is not None:
        shown["pending_runs"] = state.work.pending
        shown["oldest_pending_seconds"] = state.work.oldest_seconds
        shown["workers"] = len(state.work.alive)
    return shown
