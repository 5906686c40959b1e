"""The leaves of stored events: rows of the log as entries of the transparency log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from application.log.export import PositionedEvent
from application.ports.seal_states import SealState
from domain.audit.leaf import digest_of, entry_of, origin_entry

BATCH_EVENTS = 5_000


class StoredLog(Protocol):
    """The log as it is stored."""

    def events_after(self, position: int, limit: int) -> Sequence[PositionedEvent]:
        """The events after a position, in order."""

    def stored_events_of(self, id: str) -> Sequence[PositionedEvent]:
        """The events of one aggregate, oldest first."""

    def max_notification_id(self) -> int | None:
        """The last position."""


Erased = Mapping[tuple[str, int], str]
"""Aggregate and version of events that were erased, as a law may ask for -> the SHA-256 of their bytes before."""

NONE_ERASED: Erased = MappingProxyType({})


def entries_of(rows: Sequence[PositionedEvent], first_index: int, erased: Erased = NONE_ERASED) -> list[bytes]:
    """The entries of events that follow each other, the first with an index."""
    return [
        entry_of(index, position, id, version, topic, erased.get((id, version)) or digest_of(state))
        for index, (position, id, version, topic, state) in enumerate(rows, start=first_index)
    ]


def first_entries(state: SealState) -> list[bytes]:
    """What stands before the leaves of events: the last checkpoint of the log before a restore, if there was one."""
    return [origin_entry(state.previous)] if state.previous else []


def every_batch(log: StoredLog) -> Iterator[Sequence[PositionedEvent]]:
    """All events of a log, in batches."""
    return batches(log, 0, log.max_notification_id() or 0)


def batches(log: StoredLog, after: int, up_to: int) -> Iterator[Sequence[PositionedEvent]]:
    """The events after a position, up to another, in batches."""
    while rows := [row for row in log.events_after(after, BATCH_EVENTS) if row[0] <= up_to]:
        yield rows
        after = rows[-1][0]
