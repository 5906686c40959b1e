"""The operations under /v1/webhook_endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from application.log.changes import Record
from application.webhooks.endpoint_commands import ChangeEndpoint, CreateEndpoint
from application.webhooks.endpoints import row_of
from domain.errors import MissingParameter, request_parameter
from domain.webhooks.webhook_endpoint import WebhookEndpoint
from interfaces.http.edge.idempotency import recorded_response
from interfaces.http.edge.request_context import RequestContext, api_of, permitted
from interfaces.http.edge.versions import check_version
from interfaces.http.requests.fields import boolean, metadata_change, required_text, text, texts, unsettable_text
from interfaces.http.requests.list_query import PAGE_PARAMETERS, page_of_query
from interfaces.http.requests.reading import read_body, read_query
from interfaces.http.requests.webhook_models import (
    CREATE_EXAMPLE,
    UPDATE_EXAMPLE,
    CreateWebhookEndpoint,
    EndpointId,
    UpdateWebhookEndpoint,
)
from interfaces.http.responses import response_models
from interfaces.http.responses.json import Json
from interfaces.http.responses.json_bytes import json_bytes
from interfaces.http.responses.objects import list_object
from interfaces.http.responses.statuses import IDEMPOTENT_RESPONSE, refusals, succeeds
from interfaces.http.responses.webhook_objects import deleted_endpoint, endpoint_object, with_secret
from interfaces.http.routes.changing import answered_once
from interfaces.http.routes.keyed import EXPAND, IDEMPOTENCY_KEY, PAGE, keyed_operations
from interfaces.http.routes.operation import form_of, takes

ENDPOINTS = "/v1/webhook_endpoints"
READ, WRITE = "webhook_read", "webhook_write"

MAX_EVENT_TYPES = 100
"""Items of `enabled_events`, repetitions included."""

_CHANGEABLE = ("url", "enabled_events", "description", "metadata")

router = keyed_operations("webhooks")


@router.post(
    ENDPOINTS,
    response_model=response_models.WebhookEndpoint,
    responses=succeeds(IDEMPOTENT_RESPONSE) | refusals(409),
    dependencies=[IDEMPOTENCY_KEY],
    openapi_extra=form_of(CreateWebhookEndpoint, CREATE_EXAMPLE, additionalProperties=False),
    summary="Make an endpoint; the answer is the only one with its secret",
)
async def create_webhook_endpoint(request: Request) -> Response:
    context, endpoints = permitted(request, WRITE), api_of(request).webhook_endpoints
    form = await read_body(request, api_of(request).max_body_bytes, *_CHANGEABLE, "api_version", "connect")
    command = _create_command(context, form)

    async def carry_out(record: Record[WebhookEndpoint]) -> object:
        return await endpoints.create(command, record)

    answer = await answered_once(request, context, form, carry_out, _shown)
    made: response_models.WebhookEndpoint = orjson.loads(answer.body)  # secrets are not among what is recorded
    secret = await endpoints.first_secret(made["id"])
    return recorded_response(answer._replace(body=json_bytes(with_secret(made, secret))))


@router.get(
    ENDPOINTS,
    response_model=response_models.WebhookEndpointList,
    responses=succeeds(),
    dependencies=[PAGE],
    summary="A page of endpoints, newest first",
)
async def list_webhook_endpoints(request: Request) -> Json:
    context = permitted(request, READ)
    query = page_of_query(request.scope["query_string"], context.caller.scope, PAGE_PARAMETERS)
    page = await api_of(request).webhook_endpoints.page(query)
    return Json(list_object([endpoint_object(row) for row in page.rows], ENDPOINTS, has_more=page.has_more))


@router.get(
    ENDPOINTS + "/{id}",
    response_model=response_models.WebhookEndpoint,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=EndpointId), EXPAND],
    summary="One endpoint",
)
async def get_webhook_endpoint(request: Request) -> Json:
    context = permitted(request, READ)
    read_query(request)
    found = await api_of(request).webhook_endpoints.get(context.caller.scope, request.path_params["id"])
    return Json(endpoint_object(found))


@router.post(
    ENDPOINTS + "/{id}",
    response_model=response_models.WebhookEndpoint,
    responses=succeeds(IDEMPOTENT_RESPONSE) | refusals(404, 409),
    dependencies=[takes(id=EndpointId), IDEMPOTENCY_KEY],
    openapi_extra=form_of(UpdateWebhookEndpoint, UPDATE_EXAMPLE, additionalProperties=False),
    summary="Change an endpoint, disable it or enable it again",
)
async def update_webhook_endpoint(request: Request) -> Response:
    context, endpoints = permitted(request, WRITE), api_of(request).webhook_endpoints
    form = await read_body(request, api_of(request).max_body_bytes, *_CHANGEABLE, "disabled")
    command = ChangeEndpoint(
        context.caller.scope,
        context.caller.key_id,
        request.path_params["id"],
        url=text(form, "url"),
        enabled_events=texts(form, "enabled_events", MAX_EVENT_TYPES),
        description=unsettable_text(form, "description"),
        metadata=metadata_change(form),
        disabled=boolean(form, "disabled"),
    )

    async def carry_out(record: Record[WebhookEndpoint]) -> object:
        return await endpoints.change(command, record)

    return recorded_response(await answered_once(request, context, form, carry_out, _shown))


@router.delete(
    ENDPOINTS + "/{id}",
    response_model=response_models.DeletedWebhookEndpoint,
    responses=succeeds() | refusals(404),
    dependencies=[takes(id=EndpointId), EXPAND],
    summary="Delete an endpoint, with what is still due to it",
)
async def delete_webhook_endpoint(request: Request) -> Json:
    context, id = permitted(request, WRITE), request.path_params["id"]
    read_query(request)
    await api_of(request).webhook_endpoints.delete(context.caller.scope, id, context.caller.key_id)
    return Json(deleted_endpoint(id))


def _create_command(context: RequestContext, form: Mapping[str, Any]) -> CreateEndpoint:
    url, enabled_events = required_text(form, "url"), texts(form, "enabled_events", MAX_EVENT_TYPES)
    if enabled_events is None:
        raise MissingParameter(request_parameter("enabled_events"))
    api_version = text(form, "api_version")
    if api_version is not None:
        check_version(api_version)
    return CreateEndpoint(
        context.caller.scope,
        context.caller.key_id,
        url,
        enabled_events,
        description=unsettable_text(form, "description"),
        metadata=metadata_change(form),
        api_version=api_version,
        connect=boolean(form, "connect") or False,
        base_url=context.base_url,
    )


def _shown(endpoint: WebhookEndpoint) -> response_models.WebhookEndpoint:
    return endpoint_object(row_of(endpoint))
