"""The base of projections: one method per event."""

from __future__ import annotations

from typing import ClassVar

from application.views import Views
from domain.aggregate import TextIdEvent


class Projection:
    """Writes one view. `name` is the view's own, under which its position is kept.

    Subclasses define `apply` as a `singledispatchmethod`; an event that no method is registered for changes nothing.
    """

    name: ClassVar[str]

    def __init__(self, views: Views) -> None:
        self.views = views

    def apply(self, event: TextIdEvent, position: int) -> None:
        raise NotImplementedError


def seconds(event: TextIdEvent) -> int:
    """When the event happened, in whole Unix seconds."""
    return int(event.timestamp.timestamp())
