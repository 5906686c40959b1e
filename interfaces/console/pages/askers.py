"""The keys that forms offer to choose by."""

from __future__ import annotations

from starlette.requests import Request

from interfaces.console.console_services import services_of
from interfaces.console.signed_in import caller_of

MOST_ASKERS = 200
"""Keys that are offered, the newest ones; others are typed."""


async def askers_of(request: Request) -> list[tuple[str, str]]:
    """Each with how it is shown: for a secret key all of its account, else its own."""
    caller = caller_of(request)
    if caller.permissions is not None:
        return [(caller.key_id, caller.redacted)]
    keys = await services_of(request).keys.of_account(caller.scope, MOST_ASKERS)
    return [(key.id, f"{key.name} {key.redacted}".strip()) for key in keys]
