"""The base of projections: one method per event."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from domain.aggregate import TextIdEvent

if TYPE_CHECKING:
    from application.views.views import Views

Apply = Callable[[Any, int], None]
"""Applies one event, which has a position."""


class Projection:
    """Writes one view. `name` is the view's own, under which its position is kept.

    Subclasses define `apply` as a `singledispatchmethod`; an event that no method is registered for changes nothing.
    """

    name: ClassVar[str]

    def __init__(self, views: Views) -> None:
        self.views = views

    def apply(self, event: TextIdEvent, position: int) -> None:
        raise NotImplementedError

    def applier_of(self, kind: type[TextIdEvent]) -> Apply | None:
        """The method that applies events of a kind; None when they change nothing."""
        dispatcher = vars(type(self))["apply"].dispatcher
        found = dispatcher.dispatch(kind)
        return None if found is dispatcher.dispatch(object) else found.__get__(self)


def seconds(event: TextIdEvent) -> int:
    """When the event happened, in whole Unix seconds."""
    return int(event.timestamp.timestamp())
