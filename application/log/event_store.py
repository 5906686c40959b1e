"""The event store: aggregates in and out, and the log of all their events in the order of their positions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import orjson
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import PersistenceError, StoredEvent, Transcoder
from eventsourcing.utils import TopicError

from application.log.export import PositionedEvent
from domain.aggregate import TextIdAggregate, TextIdEvent
from domain.errors import StoreUnavailable

Kind = TypeVar("Kind", bound=TextIdAggregate)


class LoggedEvent(NamedTuple):
    """An event and its position in the log. Positions only grow; there may be gaps."""

    position: int
    event: TextIdEvent


class Log(Protocol):
    """A recorder that is read in batches."""

    def events_after(self, position: int, limit: int) -> Sequence[PositionedEvent]:
        """The events after a position, in order."""


class UnknownEvent(TextIdEvent):
    """An event of a type that only a later version of this program knows. topic: its type there."""

    topic: str


def topic_of(event: TextIdEvent) -> str:
    """The topic that an event is stored under; of an `UnknownEvent` too."""
    return event.topic if isinstance(event, UnknownEvent) else str(getattr(type(event), "TOPIC", type(event).__name__))


class OrjsonTranscoder(Transcoder):
    """Encodes an event's fields as JSON; `timestamp` as ISO 8601."""

    def encode(self, obj: Any) -> bytes:
        return orjson.dumps(obj, option=orjson.OPT_UTC_Z)

    def decode(self, data: bytes) -> Any:
        fields = orjson.loads(data)
        fields["timestamp"] = datetime.fromisoformat(fields["timestamp"])
        return fields


class EventStore(Application[str]):
    """Aggregates in and out. The environment it is constructed with names its recorder."""

    name = "reportrun"

    def construct_transcoder(self) -> Transcoder:
        return OrjsonTranscoder()

    def find(self, kind: type[Kind], id: str, version: int | None = None) -> Kind | None:
        """The aggregate as it is, or as it was at `version`; None when there is none of that kind and id.

        Raises `TopicError` for an aggregate with an event that only a later version of this program knows.
        """
        try:
            with _translate_errors():
                found: Any = self.repository.get(id, version=version)
        except AggregateNotFoundError:
            return None
        return found if isinstance(found, kind) else None

    def events_of(self, id: str) -> Sequence[TextIdEvent]:
        """Every event of one aggregate, oldest first."""
        with _translate_errors():
            stored = self.recorder.select_events(id)
        return [self._decode_or_unknown(one) for one in stored]

    def read(self, after: int, limit: int) -> Iterator[LoggedEvent]:
        """Up to `limit` events of the log after the position `after`.

        An event that only a later version of this program knows becomes an `UnknownEvent`: during an upgrade, both
        versions read the same log.
        """
        with _translate_errors():
            rows = cast("Log", self.recorder).events_after(after, limit)
        for position, id, version, topic, state in rows:
            yield LoggedEvent(position, self._decode_or_unknown(StoredEvent(id, version, topic, state)))

    def last_position(self) -> int:
        """The position of the newest event; 0 for an empty log."""
        with _translate_errors():
            return self.recorder.max_notification_id() or 0

    def pending(self, *aggregates: TextIdAggregate) -> list[StoredEvent]:
        """The events of `aggregates` that are not stored yet, ready to be stored, and taken out of them."""
        return [self.mapper.to_stored_event(event) for aggregate in aggregates for event in aggregate.collect_events()]

    def _decode_or_unknown(self, stored: StoredEvent) -> TextIdEvent:
        event: Any
        try:
            event = self.mapper.to_domain_event(stored)
        except TopicError:
            event = object.__new__(UnknownEvent)
            origin = {"originator_id": stored.originator_id, "originator_version": stored.originator_version}
            vars(event).update(self.mapper.transcoder.decode(stored.state), **origin, topic=stored.topic)
        return event  # type: ignore[no-any-return]


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Translate persistence errors into `StoreUnavailable`."""
    try:
        yield
    except PersistenceError as error:
        raise StoreUnavailable("The log of events cannot be read now. Try again in a moment.") from error
