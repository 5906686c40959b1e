"""The event store: aggregates in and out, and the log of all their events in the order of their positions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import orjson
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import OriginatorVersionError
from eventsourcing.persistence import PersistenceError, StoredEvent

from application.log.damage import RecordDamaged
from application.log.event_types import MAPPER, EventMapper
from application.log.export import PositionedEvent
from domain.aggregate import TextIdAggregate, TextIdEvent
from domain.errors import StoreUnavailable

Kind = TypeVar("Kind", bound=TextIdAggregate)

_REPLAY_ERRORS = (OriginatorVersionError, AssertionError, ValueError, TypeError, LookupError, AttributeError)
"""What replaying raises where an event is missing, or its values contradict each other."""


STREAM_EVENTS = 2_000
"""How many events are read at a time, oldest first."""

_PAGE_EVENTS = 64
"""How many events are read at a time, newest first."""


class LoggedEvent(NamedTuple):
    """An event and its position in the log. Positions only grow; there may be gaps."""

    position: int
    event: TextIdEvent


class Log(Protocol):
    """A recorder that is read in batches."""

    def events_after(self, position: int, limit: int) -> Sequence[PositionedEvent]:
        """The events after a position, in order."""


class EventStore(Application[str]):
    """Aggregates in and out. The environment it is constructed with names its recorder."""

    name = "reportrun"
    mapper: EventMapper

    def construct_mapper(self) -> EventMapper:
        return MAPPER

    def find(self, kind: type[Kind], id: str, version: int | None = None) -> Kind | None:
        """The aggregate as it is, or as it was at `version`; None when there is none of that kind and id.

        Raises `TopicError` for an aggregate with an event that only a later version of this program knows,
        `RecordDamaged` for one with an event that is damaged or missing.
        """
        try:
            with _translate_errors():
                from_snapshot = kind.TAKES_SNAPSHOTS and version is None
                found: Any = (
                    self._from_snapshot(kind, id) if from_snapshot else self.repository.get(id, version=version)
                )
        except AggregateNotFoundError:
            return None
        except _REPLAY_ERRORS as error:
            raise RecordDamaged(id, "its events do not follow from each other") from error
        return found if isinstance(found, kind) else None

    def _from_snapshot(self, kind: type[Kind], id: str) -> Any:
        """The aggregate from the last event with a snapshot, and what came after it; from all events without one."""
        later: list[TextIdEvent] = []
        found: Any = None
        for event in map(self.mapper.to_domain_event, self._stored_newest_first(id)):
            found = kind.restored(event)
            if found is not None:
                break
            later.append(event)
        for event in reversed(later):
            found = event.mutate(found)
        return found

    def _stored_newest_first(self, id: str) -> Iterator[StoredEvent]:
        """Read in pages, as they are taken."""
        below: int | None = None
        while stored := self._page(id, below):
            yield from stored
            below = stored[-1].originator_version - 1

    def _page(self, id: str, below: int | None) -> Sequence[StoredEvent]:
        with _translate_errors():
            return self.recorder.select_events(id, lte=below, desc=True, limit=_PAGE_EVENTS)

    def events_of(self, id: str) -> Sequence[TextIdEvent]:
        """Every event of one aggregate, oldest first; those that cannot be decoded as in `read`."""
        with _translate_errors():
            stored = self.recorder.select_events(id)
        return [self.mapper.decode_or_mark(one) for one in stored]

    def newest_first(self, id: str) -> Iterator[TextIdEvent]:
        """The events of one aggregate, read while they are taken; those that cannot be decoded as in `read`."""
        return map(self.mapper.decode_or_mark, self._stored_newest_first(id))

    def stored_events(self, id: str) -> Sequence[StoredEvent]:
        """Every event of one aggregate as it is stored, oldest first."""
        with _translate_errors():
            return self.recorder.select_events(id)

    def stored_version(self, id: str) -> int:
        """The version of the newest event of one aggregate, decoded or not; 0 when there is none."""
        with _translate_errors():
            newest = self.recorder.select_events(id, desc=True, limit=1)
        return newest[0].originator_version if newest else 0

    def last_event(self, id: str, version: int | None = None) -> TextIdEvent | None:
        """The newest event of one aggregate, or that of `version`; None when there is none.

        Costs the same however many there are. Raises `TopicError` and `RecordDamaged` as `find` does.
        """
        with _translate_errors():
            stored = self.recorder.select_events(id, gt=version and version - 1, lte=version, desc=True, limit=1)
        return self.mapper.to_domain_event(stored[0]) if stored else None

    def read(self, after: int, limit: int, last: int | None = None) -> Iterator[LoggedEvent]:
        """Up to `limit` events of the log after the position `after`.

        last  the last position that is asked for, where there may be more: what views know goes no further

        An event that only a later version of this program knows becomes an `UnknownEvent`: during an upgrade, both
        versions read the same log. One that is damaged becomes a `DamagedEvent`.
        """
        rows = self._rows_after(after, limit)
        return (self._decoded(row) for row in rows if last is None or row[0] <= last)

    def stream(
        self, last: int | None = None, progress: Callable[[int], object] = lambda position: None
    ) -> Iterator[LoggedEvent]:
        """Every event of the log, up to the position `last`, oldest first. Memory is bounded: it is read in batches.

        progress  called with the position of each batch's end, once its events have been taken
        """
        position = 0
        while batch := list(self.read(position, STREAM_EVENTS, last)):
            yield from batch
            position = batch[-1].position
            progress(position)

    def mentions(self, text: str, after: int, limit: int) -> Iterator[LoggedEvent]:
        """Those of up to `limit` events after a position whose data has a text in it; only these are decoded."""
        sought = orjson.dumps(text)[1:-1]
        return (self._decoded(row) for row in self._rows_after(after, limit) if sought in row[4])

    def _rows_after(self, after: int, limit: int) -> Sequence[PositionedEvent]:
        with _translate_errors():
            return cast("Log", self.recorder).events_after(after, limit)

    def _decoded(self, row: PositionedEvent) -> LoggedEvent:
        position, id, version, topic, state = row
        return LoggedEvent(position, self.mapper.decode_or_mark(StoredEvent(id, version, topic, state)))

    def last_position(self) -> int:
        """The position of the newest event; 0 for an empty log."""
        with _translate_errors():
            return self.recorder.max_notification_id() or 0

    def pending(self, *aggregates: TextIdAggregate) -> list[StoredEvent]:
        """The events of `aggregates` that are not stored yet, ready to be stored, and taken out of them."""
        return [self.mapper.to_stored_event(event) for aggregate in aggregates for event in aggregate.collect_events()]


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Translate persistence errors into `StoreUnavailable`."""
    try:
        yield
    except PersistenceError as error:
        raise StoreUnavailable("The log of events cannot be read now. Try again in a moment.") from error
