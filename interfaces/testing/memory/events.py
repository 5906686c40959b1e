"""The event log in memory, and the records that are appended with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from eventsourcing import popo
from eventsourcing.persistence import IntegrityError, StoredEvent

from application.log.export import LogExport, PositionedEvent, must_be_empty
from application.log.idempotency_records import Append, IdempotencyRecord, KeysRecorded
from application.log.log_check import Numbered, out_of_sequence
from application.ports.erasable_log import ForgottenKey, Replacement
from domain.access.caller import Scope
from interfaces.testing.memory.webhook_secrets import MemoryWebhookSecrets


class MemoryRecorder(popo.POPOApplicationRecorder):
    """Records as the library does; an append of many requests is one step."""

    def __init__(self) -> None:
        super().__init__()
        self.idempotency_records = MemoryIdempotencyRecords()
        self.webhook_secrets = MemoryWebhookSecrets()

    def append(self, appends: Sequence[Append]) -> list[int]:
        """Store all of them, or nothing, and give the position of the last event of each."""
        events = [event for append in appends for event in append.events]
        with self._database_lock:
            self.idempotency_records.must_be_new(appends, len(self._stored_events))
            self._assert_uniqueness(events)
            position = len(self._stored_events)
            self._update_table(events)
            self.idempotency_records.take(appends)
        positions = []
        for append in appends:
            position += len(append.events)
            positions.append(position)
        return positions

    def events_after(self, position: int, limit: int) -> Sequence[PositionedEvent]:
        with self._database_lock:
            found = self._stored_events[position : position + limit]
        return [
            (place, str(one.originator_id), one.originator_version, one.topic, one.state)
            for place, one in enumerate(found, start=position + 1)
        ]

    def stored_events_of(self, id: str) -> Sequence[PositionedEvent]:
        return [row for row in self.export_events() if row[1] == id]

    def events_of_topic(self, topic: str) -> Sequence[PositionedEvent]:
        return [row for row in self.export_events() if row[3] == topic]

    def erase(
        self, replaced: Sequence[Replacement], recorded: Sequence[StoredEvent], forgotten: ForgottenKey | None = None
    ) -> int:
        with self._database_lock:
            places = [self._stored_events_index[one.id][one.version] for one in replaced]
            if any(self._stored_events[place].state != one.before for place, one in zip(places, replaced, strict=True)):
                raise IntegrityError("an event has other bytes")
            (position,) = self.append([Append(recorded)])
            for place, one in zip(places, replaced, strict=True):
                before = self._stored_events[place]
                self._stored_events[place] = StoredEvent(one.id, one.version, before.topic, one.after)
            if forgotten is not None:
                self.idempotency_records.forget(*forgotten)
        return position

    def export_events(self) -> Iterator[PositionedEvent]:
        """Every event as one moment has it."""
        yield from self.events_after(0, len(self._stored_events))

    @contextmanager
    def export(self) -> Iterator[LogExport]:
        """The events, idempotency records and secrets as one moment has them."""
        yield LogExport(list(self.export_events()), self.idempotency_records.every(), self.webhook_secrets.every())

    def import_log(self, log: LogExport) -> None:
        """Take in a backup. Raises `BackupRefused` unless the log is empty."""
        taken = [StoredEvent(*event[1:]) for event in log.events]
        with self._database_lock:
            must_be_empty(len(self._stored_events))
            self._assert_uniqueness(taken)
            self._update_table(taken)
            self.idempotency_records.take([Append((), record) for record in log.records])
            self.webhook_secrets.take(log.secrets)

    def out_of_sequence(self) -> Iterator[Numbered]:
        return out_of_sequence(self.export_events())

    def integrity_fault(self, *, quick: bool = True) -> str | None:
        """Nothing can be wrong with it."""
        return None

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryIdempotencyRecords:
    """IdempotencyRecords by account, mode and key."""

    def __init__(self) -> None:
        self._known: dict[tuple[Scope, str], IdempotencyRecord] = {}

    async def get(self, scope: Scope, key: str) -> IdempotencyRecord | None:
        return self._known.get((scope, key))

    def sweep(self, before: int) -> int:
        known = len(self._known)
        self._known = {place: record for place, record in self._known.items() if record.created >= before}
        return known - len(self._known)

    def forget(self, scope: Scope, key: str) -> None:
        self._known.pop((scope, key), None)

    def every(self) -> Sequence[IdempotencyRecord]:
        return list(self._known.values())

    def must_be_new(self, appends: Sequence[Append], position: int) -> None:
        """Raises `KeysRecorded` for keys that have records, `IntegrityError` for one that comes twice."""
        places = [(append.record.scope, append.record.key) if append.record else None for append in appends]
        if records := {number: self._known[place] for number, place in enumerate(places) if place in self._known}:
            raise KeysRecorded(records, position)
        keyed = [place for place in places if place]
        if len(set(keyed)) < len(keyed):
            raise IntegrityError("a key comes twice")

    def take(self, appends: Sequence[Append]) -> None:
        for append in appends:
            if append.record:
                self._known[append.record.scope, append.record.key] = append.record


class MemoryFactory(popo.POPOFactory):
    """Gives the library this recorder."""

    def application_recorder(self) -> MemoryRecorder:
        return MemoryRecorder()
