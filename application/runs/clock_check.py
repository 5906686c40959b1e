"""The check of the clock before what has expired is removed: a clock that ran far ahead would expire everything."""

from __future__ import annotations

from datetime import datetime

from application.log.damage import DamagedEvent
from application.log.event_store import EventStore
from application.ports.clock import Clock
from domain.errors import ReportrunError
from domain.instants import utc_text

QUIET_SECONDS = 31 * 24 * 3600
"""The longest time without an event that is not taken for a fault of the clock."""

LATEST_EVENTS = 1_000
"""How many positions at the end of the log are looked at; a damaged event has no time to trust."""


class ClockNotTrusted(ReportrunError):
    """The clock is far ahead of the newest event."""

    def __init__(self, now: datetime, newest: datetime) -> None:
        super().__init__(
            f"The clock says {utc_text(int(now.timestamp()))}, and the newest event is of "
            f"{utc_text(int(newest.timestamp()))}. Nothing is removed, since the clock may have run ahead. Set "
            "the clock, or give --trust-clock."
        )


def must_trust_clock(events: EventStore, clock: Clock) -> None:
    """Raises `ClockNotTrusted` when the newest event lies more than 31 days in the past."""
    now, newest = clock.now(), _newest_time(events)
    if newest is not None and (now - newest).total_seconds() > QUIET_SECONDS:
        raise ClockNotTrusted(now, newest)


def _newest_time(events: EventStore) -> datetime | None:
    """The time of the newest event that is not damaged; None for a log without one."""
    latest = events.read(max(0, events.last_position() - LATEST_EVENTS), LATEST_EVENTS)
    times = [event.timestamp for _, event in latest if not isinstance(event, DamagedEvent)]
    return times[-1] if times else None
