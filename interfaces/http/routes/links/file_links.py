"""The operations under /v1/file_links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from application.files.public_links import ChangeLink, CreateLink, Expiry, row_of
from application.log.changes import Record
from domain.errors import request_parameter
from domain.files.file_link import FileLink
from interfaces.http.edge.idempotency import recorded_response
from interfaces.http.edge.request_context import RequestContext, api_of, permitted
from interfaces.http.requests.fields import boolean, instant, metadata_change, required_text, text
from interfaces.http.requests.list_query import LIST_PARAMETERS, list_query
from interfaces.http.requests.reading import read_body, read_query
from interfaces.http.requests.webhook_models import (
    LINK_EXAMPLE,
    UPDATE_LINK_EXAMPLE,
    CreateFileLink,
    FileLinkId,
    FileLinkListParameters,
    UpdateFileLink,
)
from interfaces.http.responses import response_models
from interfaces.http.responses.file_objects import LINKS, file_object, link_object
from interfaces.http.responses.json import Json
from interfaces.http.responses.objects import list_object
from interfaces.http.responses.statuses import IDEMPOTENT_RESPONSE, refusals, succeeds
from interfaces.http.routes.changing import answered_once
from interfaces.http.routes.keyed import EXPAND, IDEMPOTENCY_KEY, keyed_operations
from interfaces.http.routes.links.linked_files import READ, WRITE, links_of
from interfaces.http.routes.operation import form_of, takes

EXPANDABLE = ("file",)
NOW = "now"

router = keyed_operations("files")


@router.post(
    LINKS,
    response_model=response_models.FileLink,
    responses=succeeds(IDEMPOTENT_RESPONSE) | refusals(409, 410),
    dependencies=[IDEMPOTENCY_KEY],
    openapi_extra=form_of(CreateFileLink, LINK_EXAMPLE, additionalProperties=False),
    summary="Make a public address of a file",
)
async def create_file_link(request: Request) -> Response:
    context, api = permitted(request, WRITE), api_of(request)
    fields = ("file", "expires_at", "metadata")
    form = await read_body(request, api.max_body_bytes, *fields, expandable=EXPANDABLE)
    command = CreateLink(
        context.caller.scope,
        context.caller.key_id,
        required_text(form, "file"),
        instant(form["expires_at"], request_parameter("expires_at")) if "expires_at" in form else None,
        metadata_change(form),
    )
    files = await _expanded(request, context, form["expand"], command.file_id)

    async def carry_out(record: Record[FileLink]) -> object:
        return await api.links.create(command, record)

    def shown(link: FileLink) -> response_models.FileLink:
        return link_object(row_of(link), context.base_url, api.links.now(), files.get(link.file_id))

    return recorded_response(await answered_once(request, context, form, carry_out, shown))


@router.get(
    LINKS,
    response_model=response_models.FileLinkList,
    responses=succeeds(),
    dependencies=[takes(query=Annotated[FileLinkListParameters, Query()])],
    summary="A page of file links, newest first",
)
async def list_file_links(request: Request) -> Json:
    context, api = permitted(request, READ), api_of(request)
    form = read_query(request, *LIST_PARAMETERS, "file", "expired", is_list=True, expandable=EXPANDABLE)
    query = list_query(form, context.caller.scope)
    page = await api.links.page(query, text(form, "file"), boolean(form, "expired"))
    files = await _expanded(request, context, form["expand"], *(link.file_id for link in page.rows))
    links = [link_object(link, context.base_url, api.links.now(), files.get(link.file_id)) for link in page.rows]
    return Json(list_object(links, LINKS, has_more=page.has_more))


@router.get(
    LINKS + "/{id}",
    response_model=response_models.FileLink,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=FileLinkId), EXPAND],
    summary="One file link",
)
async def get_file_link(request: Request) -> Json:
    context, api = permitted(request, READ), api_of(request)
    form = read_query(request, expandable=EXPANDABLE)
    link = await api.links.get(context.caller.scope, request.path_params["id"])
    files = await _expanded(request, context, form["expand"], link.file_id)
    return Json(link_object(link, context.base_url, api.links.now(), files.get(link.file_id)))


@router.post(
    LINKS + "/{id}",
    response_model=response_models.FileLink,
    responses=succeeds(IDEMPOTENT_RESPONSE) | refusals(404, 409),
    dependencies=[takes(id=FileLinkId), IDEMPOTENCY_KEY],
    openapi_extra=form_of(UpdateFileLink, UPDATE_LINK_EXAMPLE, additionalProperties=False),
    summary="Change when a file link expires, or its metadata",
)
async def update_file_link(request: Request) -> Response:
    context, api = permitted(request, WRITE), api_of(request)
    form = await read_body(request, api.max_body_bytes, "expires_at", "metadata", expandable=EXPANDABLE)
    command = ChangeLink(
        context.caller.scope, context.caller.key_id, request.path_params["id"], _expiry(form), metadata_change(form)
    )
    before = await api.links.get(command.scope, command.id)
    files = await _expanded(request, context, form["expand"], before.file_id)

    async def carry_out(record: Record[FileLink]) -> object:
        return await api.links.change(command, record)

    def shown(link: FileLink) -> response_models.FileLink:
        return link_object(row_of(link), context.base_url, api.links.now(), files.get(link.file_id))

    return recorded_response(await answered_once(request, context, form, carry_out, shown))


def _expiry(form: Mapping[str, Any]) -> Expiry | None:
    """`now`, an instant, or "" for none; None when it is not there."""
    if "expires_at" not in form:
        return None
    value = form["expires_at"]
    if value in (NOW, ""):
        return Expiry(now=value == NOW)
    return Expiry(instant(value, request_parameter("expires_at")))


async def _expanded(
    request: Request, context: RequestContext, expand: list[str], *file_ids: str
) -> dict[str, response_models.File]:
    """The whole files, where the request asks for them."""
    if not {"file", "data.file"} & set(expand):
        return {}
    files = [await api_of(request).files.find(context.caller.scope, id) for id in dict.fromkeys(file_ids)]
    return {
        file.id: file_object(file, context.base_url, await links_of(request, context, file.id, file.has_links))
        for file in files
        if file is not None
    }
