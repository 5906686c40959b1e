"""Idempotency records: the answer to a request with an idempotency key, so that a retry gets the same answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from eventsourcing.persistence import IntegrityError, StoredEvent

from domain.access.caller import Scope

KEPT_SECONDS = 25 * 3600
"""How long a record is kept: clients rely on at least 24 hours."""


class IdempotencyRecord(NamedTuple):
    """The first answer to one key of one account and mode.

    fingerprint  hash of method, path and parameters
    body         bytes of the answer
    request_id   of the first request
    created      Unix seconds
    """

    scope: Scope
    key: str
    fingerprint: bytes
    status: int
    body: bytes
    request_id: str
    created: int


class Append(NamedTuple):
    """What one request appends to the log: its events and its record, both or neither."""

    events: Sequence[StoredEvent]
    record: IdempotencyRecord | None = None


class KeysRecorded(IntegrityError):
    """Some of a group's idempotency keys have their records already, so nothing of the group was stored.

    records   place in the group -> the record of its key
    position  of the log's last event: what was stored with the records is not after it
    """

    def __init__(self, records: Mapping[int, IdempotencyRecord], position: int) -> None:
        super().__init__("idempotency keys of the group have their records already")
        self.records = records
        self.position = position


class KeyRecorded(IntegrityError):
    """The idempotency key of a request has its record already."""

    def __init__(self, record: IdempotencyRecord) -> None:
        super().__init__("the idempotency key has its record already")
        self.record = record


class IdempotencyRecords(Protocol):
    """The idempotency records that are stored with the log."""

    async def get(self, scope: Scope, key: str) -> IdempotencyRecord | None: ...

    def sweep(self, before: int) -> int:
        """Delete some of the records created before an instant, the oldest first; returns how many.

        before  Unix seconds
        """
