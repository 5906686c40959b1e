"""Rebuild: replay the log into shadow copies of views, then swap them in, without stopping readers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from application.log.damage import LogFault
from application.log.event_store import EventStore
from application.projecting.projection import Projection
from application.projecting.projector import Projector
from application.views.views import Views

BATCH_EVENTS = 30_000
"""Events per transaction: each page of the database is written once for them."""


def rebuild(
    events: EventStore,
    views: Views,
    kinds: Sequence[type[Projection[Any]]],
    progress: Callable[[int, int], None],
    damaged: Callable[[LogFault], None] = lambda fault: None,
) -> int:
    """Replay every event and give the position reached. Readers see the old views until the swap.

    progress  called with the position reached and the position to reach
    damaged   called for each event that is damaged; the views are made without it
    """
    copy = views.fresh_copy([kind.name for kind in kinds])
    try:
        projector = Projector(events, copy, kinds, BATCH_EVENTS, damaged)
        goal = events.last_position()
        while projector.catch_up(lambda position: progress(position, max(goal, position))) < events.last_position():
            pass  # little may be left for the time in which no view can be written
        copy.complete()
        with views.unit_of_work():  # holds the write lock, so the copy cannot fall behind again
            position = projector.catch_up()
            views.replace_with(copy)
        return position
    finally:
        copy.drop()
