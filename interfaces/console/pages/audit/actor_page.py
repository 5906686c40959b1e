"""What a key, a user or a machine did, newest first."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from domain.errors import InvalidParameter, request_parameter
from interfaces.console.console_services import services_of
from interfaces.console.pages.address_numbers import number_of
from interfaces.console.rendering import page
from interfaces.console.signed_in import caller_of


async def actor_page(request: Request) -> Response:
    """`actor` is named in the address, `before` is a position of the log."""
    actor, before = request.query_params.get("actor", "").strip(), number_of(request, "before")
    if not actor:
        raise InvalidParameter("Name a key, as key_1A2b3C4d5E6f7G8h.", request_parameter("actor"))
    found = await services_of(request).actors.page(caller_of(request), actor, before)
    return page(request, "actor.html", actor=actor, deeds=found.deeds, before=found.before, is_first=before is None)
