"""The report types that a caller can run, and from when until when each has data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
class Known:
    """What is known of an account's data: table -> from when until when, and when that was last changed.

    own    what was loaded for the account and for everybody; of an account that no load was for, the whole ledger's
    whole  of the whole ledger
    """

    own: dict[str, tuple[DataWindow, int]]
    whole: dict[str, tuple[DataWindow, int]]

    @classmethod
    def of(cls, rows: Sequence[LedgerRow]) -> Known:
        whole = _joined([row for row in rows if row.owner == WHOLE])
        return cls(_joined([row for row in rows if row.owner != WHOLE]) or whole, whole)


class Offer(NamedTuple):
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
        known_of: Callable[[Scope], Awaitable[Known]],
        one_connected_to: Callable[[str], Awaitable[Sequence[str]]],
    ) -> None:
        """known_of finds what is known of an account's data; one_connected_to one that is connected to a platform"""
        self._known = catalogue
        self._runnable = {report_type.id: report_type for report_type in catalogue if can_run(report_type)}
        self._known_of = known_of
        self._one_connected_to = one_connected_to

    async def all(self, scope: Scope) -> Sequence[Offer]:
        """Every type that the caller can run; none while the ledger is empty."""
        known = await self._known_of(scope)
        is_platform = await self._has_connected_accounts(scope)
        offers = (
            self._offer(one, scope, known)
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
        offer = self._offer(found, scope, await self._known_of(scope))
        if offer is None:
            raise NoLedgerData(id, scope.mode, found.table)
        return offer

    async def window_of(self, scope: Scope, report_type: ReportType) -> DataWindow | None:
        """From when until when an account has data that a type is made of; None for no data."""
        found = (await self._known_of(scope)).own.get(report_type.table)
        return found[0] if found else None

    async def _has_connected_accounts(self, scope: Scope) -> bool:
        return bool(await self._one_connected_to(scope.account))

    def _offer(self, report_type: ReportType, scope: Scope, known: Known) -> Offer | None:
        found = (known.whole if report_type.about_connected_accounts else known.own).get(report_type.table)
        return Offer(report_type, scope.livemode, *found) if found else None


def _joined(rows: Sequence[LedgerRow]) -> dict[str, tuple[DataWindow, int]]:
    found: dict[str, tuple[DataWindow, int]] = {}
    for row in rows:
        for table, window in row.windows.items():
            before, updated = found.get(table, (window, row.updated))
            found[table] = (before | window, max(updated, row.updated))
    return found
