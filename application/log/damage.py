"""Damaged and unknown events: what stands in the place of an event that cannot be decoded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple, Self, cast

from eventsourcing.persistence import StoredEvent

from domain.aggregate import TextIdEvent
from domain.errors import StoreUnavailable

NO_TIME = datetime.fromtimestamp(0, UTC)
"""The timestamp of a damaged event whose own cannot be read."""

NOT_HELD = "the views cannot hold it"
"""How the reason of a fault begins where the event is whole, and only the database of the views refuses it."""

DAMAGED_TOPIC = "reportrun.damaged"
"""The type under which a damaged event is shown; it is never stored."""


class RecordDamaged(StoreUnavailable):
    """The events of one aggregate cannot be replayed; everything else can."""

    def __init__(self, id: str, reason: str) -> None:
        self.id = id
        super().__init__(
            f"The record of {str(id)[:80]} is damaged: {reason}. `reportrun doctor` names what is damaged; "
            "a backup from before the damage has it whole."
        )


class EventFault(RecordDamaged):
    """One event that cannot be decoded."""

    def __init__(self, id: str, version: int, reason: str) -> None:
        self.reason = reason
        super().__init__(id, f"event {version}: {reason}")


class LogFault(NamedTuple):
    """One event that is damaged, or not where it should be.

    position  in the log
    reason    ends a sentence
    """

    position: int
    aggregate: str
    version: int
    reason: str

    def __str__(self) -> str:
        return f"position {self.position:,}, {str(self.aggregate)[:80]}, version {self.version}: {self.reason}"


class UnknownEvent(TextIdEvent):
    """An event of a type that only a later version of this program knows. topic: its type there."""

    topic: str

    @classmethod
    def of(cls, stored: StoredEvent, fields: dict[str, Any]) -> Self:
        return cast("Self", _made(cls, stored, **fields, topic=stored.topic))


class DamagedEvent(TextIdEvent):
    """An event that cannot be decoded. Its time and actor are shown as far as they can be read.

    topic   the type that it is stored under
    reason  what is wrong with it; ends a sentence
    """

    topic: str
    reason: str

    @classmethod
    def of(cls, stored: StoredEvent, reason: str, legible: dict[str, Any] | None) -> Self:
        known = legible or {"timestamp": NO_TIME, "actor": "unknown"}
        fields = {"timestamp": known["timestamp"], "actor": known["actor"], "topic": str(stored.topic)}
        return cast("Self", _made(cls, stored, **fields, reason=reason))

    @classmethod
    def instead_of(cls, event: TextIdEvent, reason: str) -> Self:
        """In the place of an event that was decoded, and cannot be applied."""
        stored = StoredEvent(event.originator_id, event.originator_version, topic_of(event), b"")
        return cls.of(stored, reason, {"timestamp": event.timestamp, "actor": event.actor})


def _made(kind: type[Any], stored: StoredEvent, **fields: Any) -> Any:
    event = object.__new__(kind)
    fields["originator_id"], fields["originator_version"] = stored.originator_id, stored.originator_version
    vars(event).update(fields)
    return event


def topic_of(event: TextIdEvent) -> str:
    """The topic that an event is shown under: its own, also that of an `UnknownEvent`; `DAMAGED_TOPIC`."""
    if isinstance(event, DamagedEvent):
        return DAMAGED_TOPIC
    return event.topic if isinstance(event, UnknownEvent) else str(getattr(type(event), "TOPIC", type(event).__name__))
