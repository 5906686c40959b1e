"""The versions of the ledger: who loaded what, and for which time each account has data.

A ledger holds the data of every account of the installation, so that a key must hold `audit_read` itself.
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from domain.ledger.availability import ALL_ACCOUNTS
from interfaces.console.console_services import services_of
from interfaces.console.rendering import READS_LEDGER, page
from interfaces.console.signed_in import caller_of

MOST_VERSIONS = 100
MOST_WINDOWS = 500


async def ledger_page(request: Request) -> Response:
    """Raises `PermissionMissing`."""
    caller, history = caller_of(request), services_of(request).ledger
    caller.must_hold(READS_LEDGER)
    livemode = caller.scope.livemode
    changes = await asyncio.to_thread(history.changes, livemode)
    windows = await history.windows(livemode)
    return page(
        request,
        "ledger.html",
        changes=changes[: -MOST_VERSIONS - 1 : -1],
        has_more=len(changes) > MOST_VERSIONS,
        windows=windows[:MOST_WINDOWS],
        has_more_windows=len(windows) > MOST_WINDOWS,
        all_accounts=ALL_ACCOUNTS,
    )
