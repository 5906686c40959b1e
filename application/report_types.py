"""The report types that a caller can run, and from when until when each has data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from application.views import LedgerRow
from domain.caller import Scope
from domain.data_window import DataWindow
from domain.errors import (
    LiveModeOnly,
    NoConnectedAccounts,
    NoLedgerData,
    NotFound,
    NotRunnableHere,
    ReferenceNotFound,
    ReportTypeCannotRun,
)
from domain.ledger import WHOLE
from domain.report_types import Catalogue, ReportType

NOUN = "report type"


@dataclass(frozen=True, slots=True)
class Offer:
    """A report type as one mode offers it. updated: Unix seconds."""

    report_type: ReportType
    livemode: bool
    window: DataWindow
    updated: int


class ReportTypes:
    """What the catalogue knows, the engine can compute, the ledger has data for and the account is concerned by."""

    def __init__(
        self,
        catalogue: Catalogue,
        can_run: Callable[[ReportType], bool],
        ledger_of: Callable[[Scope], Awaitable[Sequence[LedgerRow]]],
        one_connected_to: Callable[[str], Awaitable[Sequence[str]]],
    ) -> None:
        """ledger_of finds what is known of an account's data; one_connected_to one that is connected to a platform"""
        self._known = catalogue
        self._runnable = {report_type.id: report_type for report_type in catalogue if can_run(report_type)}
        self._ledger_of = ledger_of
        self._one_connected_to = one_connected_to

    async def all(self, scope: Scope) -> Sequence[Offer]:
        """Every type that the caller can run; none while the ledger is empty."""
        ledger = await self._ledger_of(scope)
        is_platform = await self._has_connected_accounts(scope)
        offers = (
            self._offer(one, scope, ledger)
            for one in self._runnable.values()
            if (scope.livemode or not one.live_only) and (is_platform or not one.about_connected_accounts)
        )
        return [offer for offer in offers if offer]

    async def get(self, scope: Scope, id: str) -> Offer:
        """Raises `NotFound` for a type that the caller cannot run."""
        try:
            return await self.to_run(scope, id)
        except LiveModeOnly:
            raise NotFound(NOUN, id, exists_in_mode="live") from None
        except (ReferenceNotFound, ReportTypeCannotRun):
            raise NotFound(NOUN, id) from None

    async def to_run(self, scope: Scope, id: str) -> Offer:
        """The type that a new run names. Raises what says why it cannot be run."""
        found = self._known.get(id)
        if found is None:
            raise ReferenceNotFound(NOUN, id, param="report_type")
        if id not in self._runnable:
            raise NotRunnableHere(id)
        if found.live_only and not scope.livemode:
            raise LiveModeOnly(id)
        if found.about_connected_accounts and not await self._has_connected_accounts(scope):
            raise NoConnectedAccounts(id, scope.account)
        offer = self._offer(found, scope, await self._ledger_of(scope))
        if offer is None:
            raise NoLedgerData(id, scope.mode, found.table)
        return offer

    async def window_of(self, scope: Scope, report_type: ReportType) -> DataWindow | None:
        """From when until when an account has data that a type is made of; None for no data."""
        offered = _of_account(await self._ledger_of(scope), report_type.table)
        return offered[0] if offered else None

    async def _has_connected_accounts(self, scope: Scope) -> bool:
        return bool(await self._one_connected_to(scope.account))

    def _offer(self, report_type: ReportType, scope: Scope, ledger: Sequence[LedgerRow]) -> Offer | None:
        if report_type.about_connected_accounts:
            found = _joined((row for row in ledger if row.owner == WHOLE), report_type.table)
        else:
            found = _of_account(ledger, report_type.table)
        return Offer(report_type, scope.livemode, *found) if found else None


def _of_account(ledger: Sequence[LedgerRow], table: str) -> tuple[DataWindow, int] | None:
    """The window of an account's data, and when it was last changed.

    That is what was loaded for the account and for everybody; of an account that no load was for, the whole ledger's.
    """
    known = [row for row in ledger if row.owner != WHOLE]
    return _joined(known or ledger, table)


def _joined(rows: Iterable[LedgerRow], table: str) -> tuple[DataWindow, int] | None:
    there = [row for row in rows if table in row.windows]
    if not there:
        return None
    return reduce(or_, (row.windows[table] for row in there)), max(row.updated for row in there)
