"""The check of a whole log: each event is decoded, and each aggregate has the versions 1, 2, 3, ... in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter

from eventsourcing.persistence import StoredEvent

from application.log.damage import DamagedEvent, LogFault
from application.log.event_store import EventStore
from application.log.event_types import MAPPER
from application.log.export import PositionedEvent
from domain.aggregate import TextIdEvent

NAMED_FAULTS = 20
"""How many faults are named one by one; the others are counted."""

Numbered = tuple[str, int, int]
"""Aggregate, version, position: of the events that are out of sequence."""


def fault_of(row: PositionedEvent) -> LogFault | None:
    """What is wrong with one event; None when it can be decoded, or is of a later version's type."""
    position, id, version, topic, state = row
    if not (isinstance(id, str) and isinstance(version, int) and isinstance(state, bytes)):
        return LogFault(position, str(id), version, "its columns have values of other types")
    event = MAPPER.decode_or_mark(StoredEvent(id, version, topic, state))
    return LogFault(position, id, version, event.reason) if isinstance(event, DamagedEvent) else None


def faults_of_events(
    events: EventStore, progress: Callable[[int], None], refusal: Callable[[TextIdEvent], str] = lambda event: ""
) -> Iterator[LogFault]:
    """Decode every event of a log, in batches, and give those that are damaged.

    progress  called with positions
    refusal   why the views cannot hold an event that is whole, "" where they can
    """
    for position, event in events.stream(progress=progress):
        if reason := event.reason if isinstance(event, DamagedEvent) else refusal(event):
            yield LogFault(position, event.originator_id, event.originator_version, reason)


def passed_on(rows: Iterable[PositionedEvent], found: Callable[[LogFault], None]) -> Iterator[PositionedEvent]:
    """The rows as they come, each checked; what is wrong is reported."""
    for row in rows:
        if (fault := fault_of(row)) is not None:
            found(fault)
        yield row


def sequence_faults(out_of_sequence: Iterable[Numbered]) -> Iterator[LogFault]:
    """The first event of each aggregate that is out of sequence; those after it follow from that."""
    for id, events in groupby(out_of_sequence, key=itemgetter(0)):
        _, version, position = next(events)
        yield LogFault(position, id, version, "an event before it is missing, or stands after it")


def out_of_sequence(rows: Iterable[PositionedEvent]) -> Iterator[Numbered]:
    """The events of rows in memory that do not have the next version of their aggregate."""
    versions: dict[str, int] = {}
    wrong = []
    for position, id, version, _, _ in rows:
        if version != versions.get(id, 0) + 1:
            wrong.append((id, version, position))
        versions[id] = version
    return iter(sorted(wrong, key=lambda one: (str(one[0]), one[2])))


def summary(faults: Sequence[LogFault]) -> str:
    """The faults in words: the first of them, and how many more there are."""
    named = [str(fault) for fault in faults[:NAMED_FAULTS]]
    more = [f"and {len(faults) - NAMED_FAULTS:,} more"] if len(faults) > NAMED_FAULTS else []
    return "; ".join(chain(named, more))
