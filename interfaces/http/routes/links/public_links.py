"""The public addresses of files: who has one needs no key."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header
from starlette.requests import Request
from starlette.responses import Response

from interfaces.http.edge.open_pages import LINK
from interfaces.http.edge.request_context import api_of
from interfaces.http.requests.request_models import ContentsHeaders
from interfaces.http.requests.webhook_models import LinkToken
from interfaces.http.responses.contents.contents import Contents
from interfaces.http.responses.file_objects import PUBLIC_LINKS
from interfaces.http.responses.statuses import contents, refusals
from interfaces.http.routes.history.reads import record_of_download
from interfaces.http.routes.operation import Operations, takes

router = Operations("public links")


@router.get(
    PUBLIC_LINKS + "/{id}",
    response_class=Response,
    responses=contents() | refusals(404, 412),
    dependencies=[takes(id=LinkToken, headers=Annotated[ContentsHeaders, Header()])],
    summary="The bytes of a file, behind its public address",
)
async def open_file_link(request: Request) -> Response:
    api = api_of(request)
    link_id, file = await api.links.open(request.path_params["id"])
    request.scope[LINK] = link_id
    record = record_of_download(request, file, link_id)
    response = await Contents(file, api.files.read, record).response(request.method, request.headers)
    response.headers["Cache-Control"] = "no-cache, no-store"
    return response
