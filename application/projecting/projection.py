"""The base class of projections: one method per event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from domain.aggregate import TextIdEvent

Apply = Callable[[Any, int], None]
"""Applies one event at its position."""

Writer = TypeVar("Writer", contravariant=True)  # noqa: PLC0105 -- one name for the class and its subclasses


class Projection(Generic[Writer]):
    """Writes one view, through the writer protocol that the subclass names.

    name  of the view: its position is kept under it

    Subclasses define `apply` as a `singledispatchmethod`; events without a registered method change nothing.
    """

    name: ClassVar[str]

    def __init__(self, view: Writer) -> None:
        self.view = view

    def apply(self, event: TextIdEvent, position: int) -> None:
        raise NotImplementedError

    def applier_of(self, kind: type[TextIdEvent]) -> Apply | None:
        """The method registered for a kind of event; None when there is none."""
        dispatcher = vars(type(self))["apply"].dispatcher
        found = dispatcher.dispatch(kind)
        return None if found is dispatcher.dispatch(object) else found.__get__(self)


def seconds(event: TextIdEvent) -> int:
    """When the event happened, in whole Unix seconds."""
    return int(event.timestamp.timestamp())
