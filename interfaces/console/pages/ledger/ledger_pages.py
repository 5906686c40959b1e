"""The versions of the ledger: who loaded what, and for which time each account has data."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from application.ledger.overview import LedgerChange
from domain.ledger.availability import ALL_ACCOUNTS
from interfaces.console.console_services import services_of
from interfaces.console.rendering import page
from interfaces.console.signed_in import caller_of

MOST_VERSIONS = 100
MOST_WINDOWS = 500
MOST_COLUMNS = 20
"""Unread columns of one version that are named."""


class ShownVersion(NamedTuple):
    """is_whole: whether the visitor is told who made it and of which files"""

    change: LedgerChange
    is_whole: bool

    @property
    def unread(self) -> str:
        """The columns that nothing reads, in a sentence; empty when there are none."""
        named = ", ".join(self.change.unread[:MOST_COLUMNS])
        more = len(self.change.unread) - MOST_COLUMNS
        return f"Nothing reads the columns {named}{f' and {more} more' if more > 0 else ''}." if named else ""


async def ledger_page(request: Request) -> Response:
    """All of the ledger for auditors and for who may load; else what concerns the visitor's account."""
    services, caller = services_of(request), caller_of(request)
    livemode, history = caller.scope.livemode, services.ledger
    owners = await asyncio.to_thread(history.owners, livemode)
    facts = await services.ledger_access.facts_for(caller, owners)
    changes = await asyncio.to_thread(history.newest_changes, livemode, MOST_VERSIONS + 1, facts)
    windows = await history.windows(livemode, facts)
    may_load = services.upload_bytes > 0 and await services.ledger_access.may_load(caller)
    return page(
        request,
        "ledger.html",
        versions=[ShownVersion(change, facts.has(change.owner)) for change in changes[:MOST_VERSIONS]],
        has_more=len(changes) > MOST_VERSIONS,
        windows=windows[:MOST_WINDOWS],
        has_more_windows=len(windows) > MOST_WINDOWS,
        all_accounts=ALL_ACCOUNTS,
        may_load=may_load,
        newest_load=services.loads.newest_of(caller.scope) if may_load else None,
    )
