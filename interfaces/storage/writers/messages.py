"""What is sent to the log writer and back, in built-in types, which pickle quickly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent

from application.log.idempotency_records import Append
from interfaces.storage.sql.idempotency_records import record_of, record_values

Plain = tuple[Any, ...]


def append_as_tuples(append: Append) -> tuple[list[Plain], Plain | None]:
    events = [(one.originator_id, one.originator_version, one.topic, one.state) for one in append.events]
    return events, record_values(append.record) if append.record else None


def append_from_tuples(events: Sequence[Plain], record: Plain | None) -> Append:
    return Append([StoredEvent(*event) for event in events], record_of(record) if record else None)
