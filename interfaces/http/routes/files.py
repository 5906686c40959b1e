"""The operations under /v1/files."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query
from starlette.requests import Request
from starlette.responses import Response

from interfaces.http.edge.request_context import api_of, permitted
from interfaces.http.purposes import PURPOSES
from interfaces.http.requests.fields import one_of
from interfaces.http.requests.list_query import LIST_PARAMETERS, list_query
from interfaces.http.requests.reading import read_query
from interfaces.http.requests.request_models import ContentsHeaders, FileId, FileListParameters
from interfaces.http.responses import response_models
from interfaces.http.responses.contents.contents import Contents
from interfaces.http.responses.file_objects import file_object
from interfaces.http.responses.json import Json
from interfaces.http.responses.objects import list_object
from interfaces.http.responses.statuses import contents, refusals, succeeds
from interfaces.http.routes.history.reads import record_look, record_of_download
from interfaces.http.routes.keyed import EXPAND, keyed_operations
from interfaces.http.routes.links.linked_files import links_of
from interfaces.http.routes.operation import takes

FILES = "/v1/files"
PERMISSION = "file_read"

router = keyed_operations("files")


@router.get(
    FILES,
    response_model=response_models.FileList,
    responses=succeeds(),
    dependencies=[takes(query=Annotated[FileListParameters, Query()])],
    summary="A page of files, newest first",
)
async def list_files(request: Request) -> Json:
    context = permitted(request, PERMISSION)
    form = read_query(request, *LIST_PARAMETERS, "purpose", is_list=True)
    purpose = one_of(form, "purpose", PURPOSES)
    page = await api_of(request).files.page(list_query(form, context.caller.scope), purpose)
    files = [
        file_object(file, context.base_url, await links_of(request, context, file.id, file.has_links))
        for file in page.rows
    ]
    return Json(list_object(files, FILES, has_more=page.has_more))


@router.get(
    FILES + "/{id}",
    response_model=response_models.File,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=FileId), EXPAND],
    summary="One file",
)
async def get_file(request: Request) -> Json:
    context = permitted(request, PERMISSION)
    read_query(request)
    file = await api_of(request).files.get(context.caller.scope, request.path_params["id"])
    await record_look(request, context, file.run_id, "file", file.id)
    links = await links_of(request, context, file.id, file.has_links)
    return Json(file_object(file, context.base_url, links))


@router.get(
    FILES + "/{id}/contents",
    response_class=Response,
    responses=contents() | refusals(404, 410, 412),
    dependencies=[takes(id=FileId, headers=Annotated[ContentsHeaders, Header()]), EXPAND],
    summary="The bytes of a file",
)
async def get_file_contents(request: Request) -> Response:
    context = permitted(request, PERMISSION)
    read_query(request)
    files = api_of(request).files
    file = await files.readable(context.caller.scope, request.path_params["id"])
    record = record_of_download(request, file, context.caller.key_id, context.request_id)
    return await Contents(file, files.read, record).response(request.method, request.headers)
