"""The views of one database, as the projector and a rebuild use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from application.projecting.projection import Projection

Writer = TypeVar("Writer")


class ValueRefused(ValueError):
    """A value that the views' database cannot hold, though the log of events does."""


class UnitOfWork(Protocol):
    """One transaction that writes rows and positions of views."""

    def positions(self) -> dict[str, int]:
        """View -> the position of the last event applied to it; 0 for none."""

    def advance(self, positions: Mapping[str, int]) -> None:
        """Record new positions."""


class ProjectedViews(Protocol):
    """Views as a projector writes them."""

    def writer(self, projection: type[Projection[Writer]]) -> Writer:
        """The view that a projection writes; to be used within a unit of work."""

    def position(self) -> int:
        """The position of the view that is furthest behind."""

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]:
        """Hold the write lock: rows and positions become visible together at the end, or not at all.

        A unit of work within another, of these views or of their copy, is part of the outer one.
        """


class Views(ProjectedViews, Protocol):
    """All views of one database. Each can be dropped and made again from the events."""

    def fresh_copy(self, names: Sequence[str]) -> Views:
        """Empty shadow copies of the named views, at position 0. A copy is filled, completed, then put in place."""

    def complete(self) -> None:
        """Build the indexes of a copy: after the rows are there that costs least."""

    def replace_with(self, copy: Views) -> None:
        """Swap in the views of `copy`, rows and positions in one step; call it within a unit of work."""

    def drop(self) -> None:
        """Drop a copy that was not swapped in; no effect on one that was."""
