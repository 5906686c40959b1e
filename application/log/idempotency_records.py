"""Idempotency records: the answer to a request with an idempotency key, so that a retry gets the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from eventsourcing.persistence import StoredEvent

from domain.access.caller import Scope

KEPT_SECONDS = 25 * 3600
"""How long a record is kept: at least a day, as clients count on."""


class IdempotencyRecord(NamedTuple):
    """The first answer to one key of one account and mode.

    fingerprint  of the request: method, path and parameters
    body         the bytes that were answered
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
    """What one request puts into the log: its events and its record, both or neither."""

    events: Sequence[StoredEvent]
    record: IdempotencyRecord | None = None


class IdempotencyRecords(Protocol):
    """The records that the log has taken in."""

    async def get(self, scope: Scope, key: str) -> IdempotencyRecord | None: ...

    def sweep(self, before: int) -> None:
        """Forget the records made before an instant, Unix seconds."""
