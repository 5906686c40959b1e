"""Opens a store in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from application.log.event_store import EventStore
from application.projecting.projector import Projector
from application.views.registry import PROJECTIONS
from interfaces.testing.memory.events import MemoryIdempotencyRecords, MemoryRecorder
from interfaces.testing.memory.views.views import MemoryViews


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """The log, and what is made of it."""

    events: EventStore
    recorder: MemoryRecorder
    idempotency_records: MemoryIdempotencyRecords
    views: MemoryViews
    projector: Projector


def open_memory() -> MemoryStore:
    """A new store, empty."""
    events = EventStore(env={"PERSISTENCE_MODULE": MemoryRecorder.__module__, "ORIGINATOR_ID_TYPE": "text"})
    recorder = cast("MemoryRecorder", events.recorder)
    views = MemoryViews()
    return MemoryStore(events, recorder, recorder.idempotency_records, views, Projector(events, views, PROJECTIONS))
