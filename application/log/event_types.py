"""The types of events that this program knows, by their topics, and the decoding of stored events into them.

A topic is looked up in a closed list: the library would import whatever module a topic names.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, cast

import orjson
from eventsourcing.persistence import Mapper, StoredEvent, Transcoder
from eventsourcing.utils import TopicError

from application.log.damage import DamagedEvent, EventFault, UnknownEvent
from application.log.event_fields import FieldFault, check_fields
from domain.access.account import Account, Installation
from domain.access.api_key import ApiKey
from domain.access.console_session import ConsoleSession
from domain.aggregate import TextIdAggregate, TextIdCreated, TextIdEvent
from domain.files.file_link import FileLink
from domain.files.read_log import ReadLog
from domain.ids import random_hex
from domain.ledger.ledger import Ledger
from domain.runs.report_run import ReportRun
from domain.webhooks.webhook_endpoint import WebhookEndpoint

AGGREGATES: tuple[type[TextIdAggregate], ...] = (
    ReportRun,
    Ledger,
    ApiKey,
    Account,
    Installation,
    WebhookEndpoint,
    FileLink,
    ReadLog,
    ConsoleSession,
)

EVENT_TYPES: dict[str, type[TextIdEvent]] = {
    topic: kind
    for aggregate in AGGREGATES
    for kind in vars(aggregate).values()
    if isinstance(kind, type) and issubclass(kind, TextIdEvent) and (topic := vars(kind).get("TOPIC"))
}

_AGGREGATE_OF: dict[type, str] = {
    kind: vars(aggregate)["TOPIC"]
    for aggregate in AGGREGATES
    for kind in vars(aggregate).values()
    if isinstance(kind, type)
}

_TOPIC = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*", re.ASCII)
"""What every topic looks like, also that of a later version. A module of Python with a class in it does not."""

_DECODING_ERRORS = (ValueError, TypeError, LookupError, AttributeError)


SALT_BYTES = 16


class OrjsonTranscoder(Transcoder):
    """Encodes an event's fields as JSON; `timestamp` as ISO 8601.

    The stored bytes have random ones among them as `salt`, in hex, so that the digest of an event, which the
    transparency log publishes, tells nothing about it. Older events have none, and no reader sees it.
    """

    def encode(self, obj: Any) -> bytes:
        return orjson.dumps({**obj, "salt": random_hex(SALT_BYTES)}, option=orjson.OPT_UTC_Z)

    def decode(self, data: bytes) -> Any:
        fields = orjson.loads(data)
        fields["timestamp"] = datetime.fromisoformat(fields["timestamp"])
        fields.pop("salt", None)
        return fields


class EventMapper(Mapper[str]):
    """Decodes events of known types only, and checks what it decodes."""

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Raises `TopicError` for a type that this program does not know, `EventFault` for damage."""
        topic = stored_event.topic
        kind = EVENT_TYPES.get(topic)
        if kind is None:
            if isinstance(topic, str) and _TOPIC.fullmatch(topic):
                raise TopicError(f"{topic} is an event of a later version of Reportrun.")
            raise _fault(stored_event, f"its type {str(topic)[:80]!r} is none of Reportrun's")
        try:
            return self._decoded(kind, stored_event)
        except FieldFault as fault:
            raise _fault(stored_event, str(fault)) from fault
        except _DECODING_ERRORS as error:
            raise _fault(stored_event, "its data cannot be decoded") from error

    def decode_or_mark(self, stored: StoredEvent) -> TextIdEvent:
        """The event; an `UnknownEvent` or a `DamagedEvent` in the place of one that cannot be decoded."""
        try:
            return cast("TextIdEvent", self.to_domain_event(stored))
        except EventFault as fault:
            return DamagedEvent.of(stored, fault.reason, self._legible(stored))
        except TopicError:
            fields = self._legible(stored)
            if fields is None:
                return DamagedEvent.of(stored, "its data cannot be decoded", None)
            return UnknownEvent.of(stored, fields)

    def _decoded(self, kind: type[TextIdEvent], stored: StoredEvent) -> TextIdEvent:
        state = self.transcoder.decode(stored.state)
        version = state.pop("class_version", 1)
        for before in range(version, kind.class_version):
            getattr(kind, f"upcast_v{before}_v{before + 1}")(state)
        check_fields(kind, state)
        if issubclass(kind, TextIdCreated):
            _check_first(kind, stored, state)
        elif stored.originator_version < 2:
            raise FieldFault("it cannot be the first event of anything")
        event = object.__new__(kind)
        state["originator_id"], state["originator_version"] = stored.originator_id, stored.originator_version
        object.__setattr__(event, "__dict__", state)
        return event

    def _legible(self, stored: StoredEvent) -> dict[str, Any] | None:
        """The fields of an event's state, where it has a timestamp and an actor at all."""
        try:
            fields: dict[str, Any] = self.transcoder.decode(stored.state)
        except _DECODING_ERRORS:
            return None
        is_legible = fields["timestamp"].tzinfo is not None and type(fields.get("actor")) is str
        return fields if is_legible else None


def _check_first(kind: type, stored: StoredEvent, state: dict[str, Any]) -> None:
    if stored.originator_version != 1:
        raise FieldFault("it can only be the first event, with version 1")
    if state["originator_topic"] != _AGGREGATE_OF[kind]:
        raise FieldFault(f"the field originator_topic is not {_AGGREGATE_OF[kind]}")


def _fault(stored: StoredEvent, reason: str) -> EventFault:
    return EventFault(str(stored.originator_id), stored.originator_version, reason)


MAPPER = EventMapper(OrjsonTranscoder())
"""Decodes events; it has no state."""
