"""What is sent to the log writer and back, in built-in types, which pickle quickly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent

from application.log.idempotency_records import Append, IdempotencyRecord
from domain.access.caller import Scope

Plain = tuple[Any, ...]


def append_as_tuples(append: Append) -> tuple[list[Plain], Plain | None]:
    events = [(one.originator_id, one.originator_version, one.topic, one.state) for one in append.events]
    return events, record_as_tuple(append.record) if append.record else None


def append_from_tuples(events: Sequence[Plain], record: Plain | None) -> Append:
    return Append([StoredEvent(*event) for event in events], record_from_tuple(record) if record else None)


def record_as_tuple(record: IdempotencyRecord) -> Plain:
    return (
        record.scope.account,
        record.scope.livemode,
        record.key,
        record.fingerprint,
        record.status,
        record.body,
        record.request_id,
        record.created,
    )


def record_from_tuple(record: Plain) -> IdempotencyRecord:
    account, livemode, *facts = record
    return IdempotencyRecord(Scope(account, livemode), *facts)
