"""The projector: applies new events to the views, a transaction per batch."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from application.log.damage import NOT_HELD, DamagedEvent, LogFault
from application.log.event_store import EventStore
from application.projecting.projection import Apply, Projection
from application.views.views import ProjectedViews, UnitOfWork, ValueRefused
from domain.aggregate import TextIdEvent
from domain.errors import StoreUnavailable

log = logging.getLogger("reportrun.views")

BATCH_EVENTS = 2_000

_DAMAGE_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
"""What applying an event raises whose values contradict each other, or that the database cannot hold, as a
`ValueRefused`; other errors of the database are trouble of the moment."""


def _report(fault: LogFault) -> None:
    log.error("An event is damaged and left out of the views: %s. `reportrun rebuild` names every such event.", fault)


class ViewsAheadOfLog(StoreUnavailable):
    """The views hold events that the log lacks: the log was truncated, or replaced by another."""

    def __init__(self, views: int, log: int) -> None:
        super().__init__(
            f"The event log ends at position {log}, but the views have come to {views}: the log has lost events. "
            "Restore it from a backup, or go on with what it holds after `reportrun rebuild`."
        )


class Projector:
    """Catches views up with the log. Several processes may run one each: the write lock admits one at a time."""

    def __init__(
        self,
        events: EventStore,
        views: ProjectedViews,
        kinds: Sequence[type[Projection[Any]]],
        batch_events: int = BATCH_EVENTS,
        damaged: Callable[[LogFault], None] = _report,
    ) -> None:
        """damaged  called for each event that is damaged; the views go on without it"""
        self._damaged = damaged
        self._batch_events = batch_events
        self._events = events
        self._views = views
        self._projections = [kind(views.writer(kind)) for kind in kinds]
        self._appliers: dict[type[TextIdEvent], list[tuple[str, Apply]]] = {}

    def position(self) -> int:
        """The position of the views."""
        return self._views.position()

    def last_position(self) -> int:
        """The position of the last event in the log."""
        return self._events.last_position()

    def catch_up(self, applied: Callable[[int], None] = lambda position: None) -> int:
        """Apply every event that is after the views' positions now, and give the position reached.

        What is stored meanwhile is left to the next call: a larger batch costs less per event.

        applied  called with the last position of each batch, after its commit

        Raises `ViewsAheadOfLog`: new events would get positions that count as applied.
        """
        goal = 0
        while (position := self._views.position()) != (last := self._events.last_position()):
            if position > last:
                raise ViewsAheadOfLog(position, last)
            goal = goal or last
            if position >= goal:
                break
            with self._views.unit_of_work() as unit:
                reached = self._apply_batch(unit)
            applied(reached)
        return position

    def _appliers_of(self, kind: type[TextIdEvent]) -> list[tuple[str, Apply]]:
        """The methods that apply a kind of event, each with its view."""
        known = self._appliers.get(kind)
        if known is None:
            found = ((projection.name, projection.applier_of(kind)) for projection in self._projections)
            known = self._appliers[kind] = [(name, apply) for name, apply in found if apply is not None]
        return known

    def _apply(self, event: TextIdEvent, position: int, reached: Mapping[str, int]) -> None:
        """Apply an event to the views that have not come to its position."""
        try:
            for name, apply in self._appliers_of(type(event)):
                if position > reached[name]:
                    apply(event, position)
        except _DAMAGE_ERRORS as error:
            if isinstance(event, DamagedEvent):
                raise
            is_refused = isinstance(error, ValueRefused)
            reason = f"{NOT_HELD if is_refused else 'its values contradict each other'} ({error})"
            self._damaged(LogFault(position, event.originator_id, event.originator_version, reason))
            self._apply(DamagedEvent.instead_of(event, reason), position, reached)

    def _apply_batch(self, unit: UnitOfWork) -> int:
        """Apply one batch, and give its last position."""
        positions = unit.positions()
        reached = {projection.name: positions[projection.name] for projection in self._projections}
        last = min(reached.values())
        for position, event in self._events.read(last, self._batch_events):
            if isinstance(event, DamagedEvent):
                self._damaged(LogFault(position, event.originator_id, event.originator_version, event.reason))
            self._apply(event, position, reached)
            last = position
        unit.advance({name: max(position, last) for name, position in reached.items()})
        return last
