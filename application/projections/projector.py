"""The projector: brings views up to date with the log, a transaction per batch of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from application.event_store import EventStore
from application.projections.projection import Projection
from application.views import Turn, Views

BATCH_EVENTS = 2_000


class Projector:
    """Any number of processes may project at once: a turn at the views admits one, who does what is left to do."""

    def __init__(self, events: EventStore, views: Views, kinds: Sequence[type[Projection]]) -> None:
        self._events = events
        self._views = views
        self._projections = [kind(views) for kind in kinds]

    def catch_up(self, applied: Callable[[int], None] = lambda position: None) -> int:
        """Apply every event that the views do not hold yet, and give the position that they have come to.

        applied  called after each batch, with its last position
        """
        while True:
            with self._views.turn() as turn:
                position, more = self.apply_batch(turn)
            applied(position)
            if not more:
                return position

    def apply_batch(self, turn: Turn) -> tuple[int, bool]:
        """Apply one batch within a turn; gives the position reached, and whether there may be more."""
        reached = {projection.name: turn.position(projection.name) for projection in self._projections}
        start = min(reached.values())
        last, count = start, 0
        for logged in self._events.read(start, BATCH_EVENTS):
            last, count = logged.position, count + 1
            for projection in self._projections:
                if logged.position > reached[projection.name]:
                    projection.apply(logged.event, logged.position)
        if count:
            for name, position in reached.items():
                turn.advance(name, max(position, last))
        return last, count == BATCH_EVENTS
