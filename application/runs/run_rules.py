"""The rules for a new run, the same for HTTP callers and the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from application.ledger.versions import newest_version
from application.log.event_store import EventStore
from application.ports.ledger import LedgerLookup
from application.runs.report_types import Offer, ReportTypes
from application.views.accounts import AccountList
from domain.access.caller import Scope
from domain.errors import MissingParameter, ParameterPath, ReferenceNotFound, request_parameter, run_parameter
from domain.ledger.reporting_category import KNOWN_CATEGORIES
from domain.report_types import ReportType
from domain.runs.run_parameters import MAX_STRING, RunParameters, check_parameters


class RunRules:
    """Refuses a run that cannot succeed before it is created."""

    def __init__(
        self,
        events: EventStore,
        report_types: ReportTypes,
        accounts: AccountList,
        lookup: LedgerLookup,
    ) -> None:
        self._events = events
        self._report_types = report_types
        self._accounts = accounts
        self._lookup = lookup

    async def offer(self, scope: Scope, report_type: str) -> Offer:
        """The report type of a new run. Raises the error that names why it cannot be run."""
        if not report_type:
            raise MissingParameter(request_parameter("report_type"))
        return await self._report_types.to_run(scope, report_type)

    async def check(self, scope: Scope, offer: Offer, raw: Mapping[str, Any]) -> RunParameters:
        """Raw values -> checked parameters. Raises an `InvalidParameter` for the first fault.

        raw  text, lists and hashes of text
        """
        category = raw.get("reporting_category")
        more = () if category is None else await self._category_of_rows(scope, offer.report_type, category)
        parameters = check_parameters(offer.report_type, raw, more_categories=more)
        named = parameters.named_accounts
        if named:
            await self._must_be_connected(scope, named)
        window = await self._report_types.window_of(list(named), offer) if named else offer.window
        parameters.must_lie_in(window, offer.report_type.id)
        if parameters.payout is not None:
            account = parameters.connected_account or scope.account
            await asyncio.to_thread(self._must_have_payout, scope, account, parameters.payout)
        return parameters

    async def _must_be_connected(self, scope: Scope, named: Mapping[str, ParameterPath]) -> None:
        connected = await self._accounts.connected_among(scope.account, list(named))
        for account, param in named.items():
            if account not in connected:
                raise ReferenceNotFound("connected account", account, param)

    async def _category_of_rows(self, scope: Scope, report_type: ReportType, category: Any) -> tuple[str, ...]:
        """The category, when it is not a known one but rows of the caller's accounts may have it: summaries print it,
        so the filter takes it."""
        if not isinstance(category, str) or len(category) > MAX_STRING or category in ("", *KNOWN_CATEGORIES):
            return ()
        if not report_type.takes("reporting_category"):
            return ()
        accounts: Sequence[str] = (scope.account,)
        if report_type.about_connected_accounts:
            accounts = await self._accounts.connected_to(scope.account)
        is_taken = await asyncio.to_thread(self._may_be_in_rows, scope, accounts, category)
        return (category,) if is_taken else ()

    def _may_be_in_rows(self, scope: Scope, accounts: Sequence[str], category: str) -> bool:
        return self._lookup.may_have_category(newest_version(self._events, scope.livemode), accounts, category)

    def _must_have_payout(self, scope: Scope, account: str, payout: str) -> None:
        if not self._lookup.has_payout(newest_version(self._events, scope.livemode), account, payout):
            raise ReferenceNotFound("payout", payout, run_parameter("payout"))
