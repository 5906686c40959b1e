"""The versions of one mode's ledger, from its events."""

from __future__ import annotations

from application.log.event_store import EventStore
from domain.ledger.ledger import Ledger, PinnedLedger


def loads_of(events: EventStore, livemode: bool) -> list[Ledger.Loaded]:
    """Every load, oldest first."""
    return [event for event in events.events_of(Ledger.id_of(livemode)) if isinstance(event, Ledger.Loaded)]


def versions_of(events: EventStore, livemode: bool) -> list[PinnedLedger]:
    return [PinnedLedger(livemode, load.originator_version, load.tables) for load in loads_of(events, livemode)]
