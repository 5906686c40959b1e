"""The check of the server that large reports are computed on."""

from __future__ import annotations

from typing import Protocol

from application.health.findings import Finding, good, wrong
from application.log.event_store import EventStore
from domain.errors import ReportFailed
from domain.ledger.ledger import Ledger, PinnedLedger

COUNTED = "balance_transactions"
"""The table that the server is asked to count."""


class EngineServer(Protocol):
    @property
    def name(self) -> str:
        """Engine and version, once it has been tried out."""

    def try_out(self, ledger: PinnedLedger, table: str) -> None:
        """Connect, print a time in a zone, and count a table as the ledger has it. Raises `ReportFailed`."""


def check_engine_server(server: EngineServer, events: EventStore) -> Finding:
    """Try the server out on the ledger of one mode, the live one if it has rows."""
    ledger = _ledger(events)
    try:
        server.try_out(ledger, COUNTED)
    except ReportFailed as failure:
        details = " ".join(getattr(failure, "__notes__", ()))
        return wrong(f"The server for large reports cannot be used. {failure} {details}".rstrip())
    counted = f" It reads {COUNTED} as the ledger has them." if COUNTED in ledger.tables else ""
    return good(f"Large reports are computed by {server.name}.{counted}")


def _ledger(events: EventStore) -> PinnedLedger:
    for livemode in (True, False):
        ledger = events.find(Ledger, Ledger.id_of(livemode))
        if ledger is not None and COUNTED in ledger.tables:
            return ledger.pinned()
    return PinnedLedger(livemode=False, version=0, tables={})
