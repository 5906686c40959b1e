"""What a store of either kind is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from application.log.event_store import EventStore
from application.log.receipts import Append
from application.ports.event_log import LogWatch
from interfaces.storage.backup import PositionedEvent
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.receipts import SqlReceipts


class Recorder(Protocol):
    """The log, as writers and the doctor see it."""

    def append(self, appends: Sequence[Append]) -> list[int]: ...

    def everything(self) -> Iterator[PositionedEvent]: ...

    def fill(self, events: Iterable[PositionedEvent]) -> None: ...

    def damage(self) -> str | None: ...

    def close(self) -> None: ...


class ClosingWatch(LogWatch, Protocol):
    def close(self) -> None: ...


class ClosingDatabase(Database, Protocol):
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Store:
    """The log of events, and the database of views and claims.

    prepare  does beforehand what makes appends quicker, for whoever is going to make many
    """

    events: EventStore
    recorder: Recorder
    database: ClosingDatabase
    receipts: SqlReceipts
    watch: ClosingWatch
    closing: Sequence[ClosingDatabase] = ()
    prepare: Callable[[], None] = lambda: None

    def close(self) -> None:
        self.watch.close()
        self.events.close()
        self.recorder.close()
        for database in (self.database, *self.closing):
            database.close()
