"""A store: the parts that SQLite and PostgreSQL both provide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from application.log.event_store import EventStore
from application.log.export import LogExport, PositionedEvent
from application.log.idempotency_records import Append, IdempotencyRecords
from application.log.log_check import Numbered
from application.ports.erasable_log import ErasableLog
from application.ports.event_log import ProjectingNotifier, SharedNotifier
from application.ports.seal_states import SealStates
from application.ports.webhook_secrets import WebhookSecrets
from interfaces.storage.sql.database import Database, QueueWriter


class Recorder(ErasableLog, Protocol):
    """The log, as writers and `doctor` use it."""

    def append(self, appends: Sequence[Append]) -> list[int]: ...

    def events_after(self, position: int, limit: int) -> Sequence[PositionedEvent]: ...

    def stored_events_of(self, id: str) -> Sequence[PositionedEvent]: ...

    def max_notification_id(self) -> int | None: ...

    def export_events(self) -> Iterator[PositionedEvent]: ...

    def export(self) -> AbstractContextManager[LogExport]: ...

    def import_log(self, log: LogExport) -> None: ...

    def out_of_sequence(self) -> Iterator[Numbered]: ...

    def integrity_fault(self, *, quick: bool = True) -> str | None: ...

    def close(self) -> None: ...


class ClosingNotifier(ProjectingNotifier, SharedNotifier, Protocol):
    def close(self) -> None: ...


class Closing(Protocol):
    def close(self) -> None: ...


class ClosingDatabase(Database, Closing, Protocol):
    """A database that is opened with the store."""


@dataclass(frozen=True, slots=True)
class Store:
    """The log of events, the database of views, and the queue of pending runs.

    open_queue   opens the queue, making what is missing; most commands need none
    prepare      makes later appends quicker, where the store can
    check_files  raises `StoreUnavailable` when the files of the log were removed, replaced or cut; takes the position
                 of an event that has been stored
    """

    events: EventStore
    recorder: Recorder
    database: ClosingDatabase
    idempotency_records: IdempotencyRecords
    webhook_secrets: WebhookSecrets
    seal_states: SealStates
    notifier: ClosingNotifier
    open_queue: Callable[[], QueueWriter]
    closing: Sequence[Closing] = ()
    prepare: Callable[[], None] = lambda: None
    check_files: Callable[[int], None] = lambda position: None

    def close(self) -> None:
        self.notifier.close()
        self.events.close()
        self.recorder.close()
        for part in (self.database, *self.closing):
            part.close()
