"""Webhook endpoints: making one, its page, and what can be done with it."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from application.views.webhook_endpoints import ENABLED
from application.webhooks.endpoint_commands import ChangeEndpoint, CreateEndpoint
from domain.errors import InvalidParameter
from domain.webhooks.event_types import ANY, EVENT_TYPES
from domain.webhooks.signing_secret import OVERLAP_SECONDS
from interfaces.console.api_calls import api_address
from interfaces.console.console_services import services_of
from interfaces.console.form_body import FormFields, read_form
from interfaces.console.forms.refused_form import RefusedForm
from interfaces.console.rendering import base_of, page
from interfaces.console.signed_in import caller_of

NO_SUCH_ACTION = HTTPException(404)


async def new_endpoint(request: Request) -> Response:
    return _form_page(request, FormFields(events=[ANY]))


async def create_endpoint(request: Request) -> Response:
    """Make an endpoint and show its secret, which is shown once."""
    services, caller = services_of(request), caller_of(request)
    form = await read_form(request, services.max_body_bytes)
    command = CreateEndpoint(
        caller.scope,
        caller.actor,
        form.text("url"),
        form.get("events", []),
        description=form.text("description") or None,
        connect="connect" in form,
        base_url=api_address(request),
    )
    try:
        made = await services.webhook_endpoints.create(command)
    except InvalidParameter as fault:
        return _form_page(request, form, fault)
    back = f"/webhooks/endpoints/{made.row.id}"
    return page(request, "secret.html", what="webhook endpoint", id=made.row.id, secret=made.secret, back=back)


async def one_endpoint(request: Request) -> Response:
    services, caller = services_of(request), caller_of(request)
    endpoint = await services.webhook_endpoints.get(caller.scope, request.path_params["id"])
    return page(
        request,
        "webhook_endpoint.html",
        endpoint=endpoint,
        is_enabled=endpoint.status == ENABLED,
        overlap_hours=OVERLAP_SECONDS // 3600,
    )


async def change_endpoint(request: Request) -> Response:
    """Enable, disable, delete it, or roll its secret."""
    services, caller = services_of(request), caller_of(request)
    id, action = request.path_params["id"], request.path_params["action"]
    endpoints, back = services.webhook_endpoints, f"/webhooks/endpoints/{id}"
    match action:
        case "enable" | "disable":
            await endpoints.change(ChangeEndpoint(caller.scope, caller.actor, id, disabled=action == "disable"))
        case "delete":
            await endpoints.delete(caller.scope, id, caller.actor)
            back = "/webhooks"
        case "roll":
            secret = await endpoints.roll_secret(caller.scope, id, overlap_seconds=OVERLAP_SECONDS, actor=caller.actor)
            return page(request, "secret.html", what="webhook endpoint", id=id, secret=secret, back=back)
        case _:
            raise NO_SUCH_ACTION
    return RedirectResponse(base_of(request) + back, 303)


def _form_page(request: Request, form: FormFields, fault: InvalidParameter | None = None) -> Response:
    return page(
        request,
        "new_webhook_endpoint.html",
        400 if fault else 200,
        types=(ANY, *EVENT_TYPES),
        refused=RefusedForm("new-endpoint", form, fault, ("url", "enabled_events", "description")),
    )
