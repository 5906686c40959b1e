"""The versions of one mode's ledger, from its events. Each event holds the versions of all tables."""

from __future__ import annotations

from collections.abc import Sequence

from application.log.event_store import EventStore
from domain.errors import ReportFailed
from domain.ledger.ledger import Ledger, PinnedLedger
from domain.ledger.new_version import NewVersion


def new_versions(events: EventStore, livemode: bool) -> list[NewVersion]:
    """Every event that made a version, oldest first."""
    return [event for event in events.events_of(Ledger.id_of(livemode)) if isinstance(event, NewVersion)]


def versions_of(events: EventStore, livemode: bool) -> list[PinnedLedger]:
    """Every version that is kept, oldest first."""
    versions = new_versions(events, livemode)
    first = kept_from(versions)
    return [
        PinnedLedger(livemode, one.originator_version, one.tables)
        for one in versions
        if one.originator_version >= first
    ]


def kept_from(versions: Sequence[NewVersion]) -> int:
    """The first version of a ledger that was not vacuumed."""
    return max((one.kept_from for one in versions if isinstance(one, Ledger.Vacuumed)), default=Ledger.INITIAL_VERSION)


def must_be_kept(events: EventStore, ledger: PinnedLedger) -> None:
    """Raises `ReportFailed` for a version that was vacuumed."""
    found = events.find(Ledger, Ledger.id_of(ledger.livemode))
    if found is not None and ledger.tables and ledger.version < found.kept_from:
        mode = "live" if ledger.livemode else "test"
        raise ReportFailed(
            f"Version {ledger.version} of the {mode} ledger was vacuumed: its versions are kept from {found.kept_from} "
            "on. So the file cannot be made again.",
            "vacuumed",
        )


def newest_version(events: EventStore, livemode: bool) -> PinnedLedger:
    """The version that reports read now; 0, without tables, of a ledger that nothing was loaded into."""
    return pinned_version(events, livemode) or PinnedLedger(livemode, 0, {})


def pinned_version(events: EventStore, livemode: bool, version: int | None = None) -> PinnedLedger | None:
    """The ledger at `version`, or as it is now; None when there is no such version. Reads one event."""
    event = events.last_event(Ledger.id_of(livemode), version)
    if event is None:
        return None
    tables = event.tables if isinstance(event, NewVersion) else {}
    return PinnedLedger(livemode, event.originator_version, tables)
