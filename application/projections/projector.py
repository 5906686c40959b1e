"""The projector: brings views up to date with the log, a transaction per batch of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from application.event_store import EventStore
from application.projections.projection import Projection
from application.views import Turn, Views
from domain.errors import StoreUnavailable

BATCH_EVENTS = 2_000


class ViewsAheadOfLog(StoreUnavailable):
    """The views hold events that the log does not: it has lost its end, or another log was put in its place."""

    def __init__(self, views: int, log: int) -> None:
        super().__init__(
            f"The event log ends at position {log}, but the views have come to {views}: the log has lost events. "
            "Restore it from a backup, or go on with what it holds after `reportrun rebuild`."
        )


class Projector:
    """Any number of processes may project at once: a turn at the views admits one, who does what is left to do."""

    def __init__(self, events: EventStore, views: Views, kinds: Sequence[type[Projection]]) -> None:
        self._events = events
        self._views = views
        self._projections = [kind(views) for kind in kinds]

    def last_position(self) -> int:
        """The position that the log ends at."""
        return self._events.last_position()

    def catch_up(self, applied: Callable[[int], None] = lambda position: None) -> int:
        """Apply every event that the views do not hold yet, and give the position that they have come to.

        applied  called with the last position of each batch, once readers see it

        Raises `ViewsAheadOfLog`: events stored from then on would get positions that the views think they hold.
        """
        while (position := self._views.position()) != (last := self._events.last_position()):
            if position > last:
                raise ViewsAheadOfLog(position, last)
            with self._views.turn() as turn:
                reached = self._apply_batch(turn)
            applied(reached)
        return position

    def _apply_batch(self, turn: Turn) -> int:
        """Apply one batch, and give the position that it came to."""
        reached = {projection.name: turn.position(projection.name) for projection in self._projections}
        last = min(reached.values())
        for logged in self._events.read(last, BATCH_EVENTS):
            last = logged.position
            for projection in self._projections:
                if logged.position > reached[projection.name]:
                    projection.apply(logged.event, logged.position)
        for name, position in reached.items():
            turn.advance(name, max(position, last))
        return last
