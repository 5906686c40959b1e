"""The report types that a caller can run, and from when until when each has data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from application.views import LedgerList, LedgerRow
from domain.caller import Scope
from domain.data_window import DataWindow
from domain.errors import LiveModeOnly, NoLedgerData, NotFound, NotRunnableHere, ReferenceNotFound
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
    """What the catalogue knows, the engine can compute and the ledger has data for."""

    def __init__(self, catalogue: Catalogue, can_run: Callable[[ReportType], bool], ledgers: LedgerList) -> None:
        self._known = catalogue
        self._runnable = {report_type.id: report_type for report_type in catalogue if can_run(report_type)}
        self._ledgers = ledgers

    async def all(self, scope: Scope) -> Sequence[Offer]:
        """Every type that the caller can run; none while the ledger is empty."""
        ledger = await self._ledgers.get(scope.livemode)
        offers = (
            self._offer(one, scope, ledger) for one in self._runnable.values() if scope.livemode or not one.live_only
        )
        return [offer for offer in offers if offer]

    async def get(self, scope: Scope, id: str) -> Offer:
        """Raises `NotFound` for a type that the caller cannot run."""
        found = self._runnable.get(id)
        if found is None:
            raise NotFound(NOUN, id)
        if found.live_only and not scope.livemode:
            raise NotFound(NOUN, id, exists_in_mode="live")
        offer = self._offer(found, scope, await self._ledgers.get(scope.livemode))
        if offer is None:
            raise NotFound(NOUN, id)
        return offer

    async def to_run(self, scope: Scope, id: str) -> Offer:
        """The type that a new run names. Raises what says why it cannot be run."""
        found = self._known.get(id)
        if found is None:
            raise ReferenceNotFound(NOUN, id, param="report_type")
        if id not in self._runnable:
            raise NotRunnableHere(id)
        if found.live_only and not scope.livemode:
            raise LiveModeOnly(id)
        offer = self._offer(found, scope, await self._ledgers.get(scope.livemode))
        if offer is None:
            raise NoLedgerData(id, scope.mode)
        return offer

    def _offer(self, report_type: ReportType, scope: Scope, ledger: LedgerRow | None) -> Offer | None:
        if ledger is None or ledger.window_start is None or ledger.window_end is None:
            return None
        window = DataWindow(ledger.window_start, ledger.window_end)
        return Offer(report_type, scope.livemode, window, ledger.updated)
