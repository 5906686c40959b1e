"""The keys of the visitor's account in its mode, and the accounts that are connected to it. Nothing is changed here."""

from __future__ import annotations

import time

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from application.views.api_keys import KeyRow
from domain.access.caller import Caller, Scope
from interfaces.console.console_services import services_of
from interfaces.console.rendering import page
from interfaces.console.signed_in import caller_of

MOST_ACCOUNTS = 1_000

ONLY_SECRET_KEYS = "Only a secret key shows the keys and accounts, and this one is restricted."


async def keys_and_accounts(request: Request) -> Response:
    services, caller = services_of(request), caller_of(request)
    if not is_secret(caller):
        raise HTTPException(403, ONLY_SECRET_KEYS)
    keys = [key for key in await services.keys.all() if Scope(key.account, bool(key.livemode)) == caller.scope]
    connected = await services.accounts.connected_to(caller.scope.account, MOST_ACCOUNTS + 1)
    return page(
        request,
        "access.html",
        own=await services.accounts.get(caller.scope.account),
        keys=[(key, _state_of(key)) for key in reversed(keys)],
        connected=connected[:MOST_ACCOUNTS],
        has_more=len(connected) > MOST_ACCOUNTS,
    )


def is_secret(caller: Caller) -> bool:
    return caller.permissions is None


def _state_of(key: KeyRow) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= time.time() else "in use"
