"""The operations under /v1/audit: an addition to Stripe's surface. They serve the transparency log."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from domain.access.caller import AUDIT_READ
from interfaces.http.edge.request_context import api_of, permitted
from interfaces.http.requests.reading import read_query
from interfaces.http.responses.statuses import CHECKPOINT, TILE, refusals, succeeds_with
from interfaces.http.routes.keyed import keyed_operations
from interfaces.http.routes.operation import takes

AUDIT = "/v1/audit"

TilePath = Annotated[str, Path(description="`0/000`, `entries/x001/234.p/5`: as c2sp.org/tlog-tiles has it")]

router = keyed_operations("audit")


@router.get(
    AUDIT + "/checkpoint",
    response_class=Response,
    responses=succeeds_with(CHECKPOINT),
    summary="The newest signed checkpoint of the transparency log",
)
async def get_checkpoint(request: Request) -> Response:
    permitted(request, AUDIT_READ)
    read_query(request)
    note = await api_of(request).published_log.checkpoint()
    return Response(note, media_type="text/plain; charset=utf-8")


@router.get(
    AUDIT + "/tile/{id:path}",
    response_class=Response,
    responses=succeeds_with(TILE) | refusals(404),
    dependencies=[takes(id=TilePath)],
    summary="A tile of the transparency log, or a bundle of its entries",
)
async def get_tile(request: Request) -> Response:
    context = permitted(request, AUDIT_READ)
    read_query(request)
    content = await api_of(request).published_log.tile(request.path_params["id"], context.caller)
    return Response(content, media_type="application/octet-stream")
