"""The port that replaces the stored bytes of events: the one exception from a log that is only appended to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from eventsourcing.persistence import StoredEvent

from application.log.export import PositionedEvent
from domain.access.caller import Scope


class Replacement(NamedTuple):
    """The bytes of one event before and after its erasure."""

    id: str
    version: int
    before: bytes
    after: bytes


class ForgottenKey(NamedTuple):
    """An idempotency key whose record goes: it holds the answer to the request, with what is erased."""

    scope: Scope
    key: str


class ErasableLog(Protocol):
    def erase(
        self, replaced: Sequence[Replacement], recorded: Sequence[StoredEvent], forgotten: ForgottenKey | None = None
    ) -> int:
        """Replace the bytes of events and append others that record it, in one transaction; gives the last position.

        Raises `IntegrityError`, with nothing changed, when an event has other bytes than those before, or when another
        writer has appended to the aggregate.
        """

    def events_of_topic(self, topic: str) -> Sequence[PositionedEvent]:
        """Every event of a topic that is rare, in the order of positions. Reads all topics."""
