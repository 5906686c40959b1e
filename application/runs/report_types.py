"""The report types that a caller can run, and the window in which each has data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from application.ledger.availability import AvailabilityQuery
from domain.access.caller import Scope
from domain.errors import (
    LiveModeOnly,
    NoConnectedAccounts,
    NoLedgerData,
    NotFound,
    NotOfferedHere,
    NotRunnableHere,
    ReferenceNotFound,
    ReportTypeCannotRun,
    request_parameter,
)
from domain.ledger.availability import NO_DATA, DataAvailability, DataWindow
from domain.near_misses import did_you_mean
from domain.report_types import Catalogue, ReportType
from domain.report_types.not_offered import is_not_offered, newest_version

NOUN = "report type"


class Offer(NamedTuple):
    """A report type that can be run in one mode. updated: time of the latest load of its data, in Unix seconds."""

    report_type: ReportType
    livemode: bool
    window: DataWindow
    updated: int


class ReportTypes:
    """Report types that the catalogue lists, the engine can compute and the ledger has data for."""

    def __init__(
        self, catalogue: Catalogue, can_run: Callable[[ReportType], bool], availability: AvailabilityQuery
    ) -> None:
        self._known = catalogue
        self._ids = [report_type.id for report_type in catalogue]
        self._runnable = {report_type.id: report_type for report_type in catalogue if can_run(report_type)}
        self._availability = availability

    async def all(self, scope: Scope) -> Sequence[Offer]:
        """Every type that the caller can run."""
        own = await self._availability.of_account(scope)
        has_connected = await self._availability.has_connected_accounts(scope.account)
        connected = await self._availability.of_connected_accounts(scope) if has_connected else NO_DATA
        offers = (
            _offer(one, scope, connected if one.about_connected_accounts else own)
            for one in self._runnable.values()
            if scope.livemode or not one.live_only
        )
        return [offer for offer in offers if offer]

    def runnable(self, *, livemode: bool) -> Sequence[ReportType]:
        """Every type that can be run in a mode as soon as there is data."""
        return [one for one in self._runnable.values() if livemode or not one.live_only]

    async def get(self, scope: Scope, id: str) -> Offer:
        """Raises `NotFound`, which says why, for a type that the caller cannot run."""
        try:
            return await self.to_run(scope, id)
        except LiveModeOnly:
            raise NotFound(NOUN, id, exists_in_mode="live") from None
        except ReportTypeCannotRun as why:
            raise NotFound(NOUN, id, reason=str(why)) from None
        except ReferenceNotFound:
            raise NotFound(NOUN, id, reason=did_you_mean(id, self._ids).strip()) from None

    async def to_run(self, scope: Scope, id: str) -> Offer:
        """The type of a new run. Raises the error that names why it cannot be run."""
        found = self._known.get(id)
        if found is None and is_not_offered(id, self._known):
            raise NotOfferedHere(id, newest_version(id, self._known))
        if found is None:
            raise ReferenceNotFound(NOUN, id, request_parameter("report_type"), self._ids)
        if id not in self._runnable:
            raise NotRunnableHere(id)
        if found.live_only and not scope.livemode:
            raise LiveModeOnly(id)
        if not found.about_connected_accounts:
            data, owner = await self._availability.of_account(scope), "this account"
        elif await self._availability.has_connected_accounts(scope.account):
            data, owner = await self._availability.of_connected_accounts(scope), "the accounts connected to this one"
        else:
            raise NoConnectedAccounts(id, scope.account)
        offer = _offer(found, scope, data)
        if offer is None:
            raise NoLedgerData(id, scope.mode, found.table, owner)
        return offer

    async def window_of(self, accounts: Sequence[str], offer: Offer) -> DataWindow:
        """The window of an offered type for some of the accounts that it is about."""
        data = await self._availability.of_accounts(accounts, livemode=offer.livemode)
        found = data.of_table(offer.report_type.table)
        return found[0] if found else offer.window


def _offer(report_type: ReportType, scope: Scope, data: DataAvailability) -> Offer | None:
    found = data.of_table(report_type.table)
    return Offer(report_type, scope.livemode, *found) if found else None
