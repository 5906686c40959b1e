"""The report types that a caller can run, and from when until when each has data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from application.views.ledgers import LedgerRow
from domain.access.caller import Scope
from domain.errors import (
    LiveModeOnly,
    NoConnectedAccounts,
    NoLedgerData,
    NotFound,
    NotRunnableHere,
    ReferenceNotFound,
    ReportTypeCannotRun,
)
from domain.ledger.availability import TableAvailability
from domain.ledger.data_window import DataWindow
from domain.ledger.ledger import EVERYBODY, WHOLE
from domain.report_types import Catalogue, ReportType

NOUN = "report type"


@dataclass(frozen=True, slots=True)
class DataAvailability:
    """What is known of an account's data, or of that of several: table -> what loads for it and for everybody told.

    An account that no load told of has no rows in all the time that the ledger knows of.
    """

    own: Mapping[str, TableAvailability]
    everybody: Mapping[str, TableAvailability]

    @classmethod
    def of(cls, rows: Sequence[LedgerRow]) -> DataAvailability:
        """rows  of one account, of everybody and of the whole ledger"""
        by_owner: dict[str, dict[str, TableAvailability]] = {WHOLE: {}, EVERYBODY: {}}
        for row in rows:
            by_owner.setdefault(row.owner, {})[row.table] = row.data
        whole, everybody = by_owner.pop(WHOLE), by_owner.pop(EVERYBODY)
        own = next(iter(by_owner.values()), {} if everybody else whole)
        return cls(own, everybody)

    def __or__(self, other: DataAvailability) -> DataAvailability:
        """Of the accounts of both."""
        both = {table: data | other.own[table] for table, data in self.own.items() if table in other.own}
        return DataAvailability({**self.own, **other.own, **both}, {**self.everybody, **other.everybody})

    def of_table(self, table: str) -> tuple[DataWindow, int] | None:
        """From when until when it has data, and when that was last told; None for no data."""
        own, everybody = self.own.get(table), self.everybody.get(table)
        if own and everybody:
            return own.complete | everybody.window, max(own.updated, everybody.updated)
        found = own or everybody
        return (found.complete, found.updated) if found else None


NOTHING = DataAvailability({}, {})


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
        known_of: Callable[[Scope], Awaitable[DataAvailability]],
        known_of_connected: Callable[[Scope], Awaitable[DataAvailability]],
        one_connected_to: Callable[[str], Awaitable[Sequence[str]]],
    ) -> None:
        """
        known_of            finds what is known of an account's data
        known_of_connected  finds what is known of all accounts together that are connected to a platform
        one_connected_to    finds one of them
        """
        self._known = catalogue
        self._runnable = {report_type.id: report_type for report_type in catalogue if can_run(report_type)}
        self._known_of = known_of
        self._known_of_connected = known_of_connected
        self._one_connected_to = one_connected_to

    async def all(self, scope: Scope) -> Sequence[Offer]:
        """Every type that the caller can run; none while there is no data for it."""
        own = await self._known_of(scope)
        connected = await self._known_of_connected(scope) if await self._has_connected_accounts(scope) else NOTHING
        offers = (
            _offer(one, scope, connected if one.about_connected_accounts else own)
            for one in self._runnable.values()
            if scope.livemode or not one.live_only
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
        known_of = self._known_of_connected if found.about_connected_accounts else self._known_of
        offer = _offer(found, scope, await known_of(scope))
        if offer is None:
            whose = "the accounts connected to this one" if found.about_connected_accounts else "this account"
            raise NoLedgerData(id, scope.mode, found.table, whose)
        return offer

    async def window_of(self, accounts: Iterable[str], offer: Offer) -> DataWindow:
        """From when until when an offered type can be run for those accounts only of the ones that it is about."""
        known = NOTHING
        for account in accounts:
            known |= await self._known_of(Scope(account, offer.livemode))
        found = known.of_table(offer.report_type.table)
        return found[0] if found else offer.window

    async def _has_connected_accounts(self, scope: Scope) -> bool:
        return bool(await self._one_connected_to(scope.account))


def _offer(report_type: ReportType, scope: Scope, known: DataAvailability) -> Offer | None:
    found = known.of_table(report_type.table)
    return Offer(report_type, scope.livemode, *found) if found else None
