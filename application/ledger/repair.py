"""Repair: a ledger whose last version cannot be read goes back, table by table, to what can be."""

from __future__ import annotations

from collections.abc import Callable

from application.access.administration import Administration
from application.ledger.versions import versions_of
from application.log.event_store import EventStore
from application.ports.clock import Clock
from application.ports.ledger import LedgerWriter
from domain.ledger.ledger import Ledger


class LedgerRepair:
    def __init__(
        self,
        events: EventStore,
        writer: LedgerWriter,
        accounts: Administration,
        clock: Clock,
        actor: str,
        show: Callable[[], object],
    ) -> None:
        self._events = events
        self._writer = writer
        self._accounts = accounts
        self._clock = clock
        self._actor = actor
        self._show = show

    def repair(self, livemode: bool) -> list[str]:
        """Give damaged tables a version that can be read, and make it the one that readers see.

        Returns these tables. The rows of later loads are missing until those are loaded again.
        """
        with self._writer.exclusive(livemode):
            ledger = self._events.find(Ledger, Ledger.id_of(livemode))
            if ledger is None:
                return []
            versions = self._writer.roll_back(ledger.pinned(), versions_of(self._events, livemode))
            if versions:
                self._record(ledger, versions)
        self._show()
        return list(versions)

    def _record(self, ledger: Ledger, versions: dict[str, int]) -> None:
        """A load of no files: windows stay, because the rows of lost loads are to come back."""
        platform = self._accounts.platform()
        ledger.record_load(
            account=platform,
            owner=platform,
            tables={**ledger.tables, **versions},
            files=[],
            created={table: (window.start, window.end) for table, window in ledger.windows.items()},
            brought={},
            complete_through=None,
            actor=self._actor,
            at=self._clock.now(),
        )
        self._events.save(ledger)
