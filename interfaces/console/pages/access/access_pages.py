"""The keys of the visitor's account in its mode, and the accounts that are connected to it; both can be made here."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from application.access.key_commands import must_be_secret
from application.views.api_keys import KeyRow
from domain.access.names import MAX_NAME
from domain.errors import InvalidParameter, request_parameter
from interfaces.console.console_services import services_of
from interfaces.console.form_body import FormFields, read_form
from interfaces.console.forms.refused_form import NOTHING_SENT, RefusedForm
from interfaces.console.rendering import base_of, page
from interfaces.console.signed_in import caller_of

MOST_KEYS = 1_000
MOST_ACCOUNTS = 1_000


async def keys_and_accounts(request: Request) -> Response:
    return await _access_page(request)


async def create_key(request: Request) -> Response:
    """Make a key and show its secret, which is nowhere else."""
    services, caller = services_of(request), caller_of(request)
    form = await read_form(request, services.max_body_bytes)
    try:
        made = await services.key_commands.create(
            caller, _permissions(form), name=form.text("name"), expires_at=_end_of_day(form.text("expires"))
        )
    except InvalidParameter as fault:
        return await _access_page(request, RefusedForm("new-key", form, fault, ("name", "expires_at", "permissions")))
    return page(
        request, "secret.html", what="key", id=made.id, secret=made.secret, trouble=made.trouble, back="/access"
    )


async def revoke_key(request: Request) -> Response:
    await services_of(request).key_commands.revoke(caller_of(request), request.path_params["id"])
    return RedirectResponse(f"{base_of(request)}/access", 303)


async def connect_account(request: Request) -> Response:
    services = services_of(request)
    form = await read_form(request, services.max_body_bytes)
    try:
        await services.key_commands.connect_account(caller_of(request), form.text("name"))
    except InvalidParameter as fault:
        return await _access_page(request, RefusedForm("new-account", form, fault, ("name",)))
    return RedirectResponse(f"{base_of(request)}/access#accounts", 303)


async def _access_page(request: Request, refused: RefusedForm = NOTHING_SENT) -> Response:
    services, caller = services_of(request), caller_of(request)
    must_be_secret(caller)
    keys = await services.keys.of_account(caller.scope, MOST_KEYS + 1)
    connected = await services.accounts.connected_to(caller.scope.account, MOST_ACCOUNTS + 1)
    return page(
        request,
        "access.html",
        400 if refused.name else 200,
        own=await services.accounts.get(caller.scope.account),
        keys=_shown(keys[:MOST_KEYS]),
        has_more_keys=len(keys) > MOST_KEYS,
        connected=connected[:MOST_ACCOUNTS],
        has_more=len(connected) > MOST_ACCOUNTS,
        permissions=await services.key_commands.permissions_from(caller),
        most_name=MAX_NAME,
        refused=refused,
    )


def _shown(keys: Sequence[KeyRow]) -> list[tuple[KeyRow, str]]:
    return [(key, _state_of(key)) for key in keys]


def _state_of(key: KeyRow) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= time.time() else "in use"


def _permissions(form: FormFields) -> Sequence[str] | None:
    """None for a secret key."""
    return None if form.text("kind") == "secret" else form.get("permissions", [])


def _end_of_day(text: str) -> int | None:
    """The last second of a day in UTC; None for none. Raises an `InvalidParameter`."""
    if not text:
        return None
    try:
        day: Any = datetime.strptime(f"{text} 23:59:59", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidParameter(
            f"{text[:40]!r} is not a day. Write one as 2025-01-31.", request_parameter("expires_at")
        ) from None
    return int(day.timestamp())
