"""The base classes of views in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

from application.views.paging import Page, Place
from domain.access.caller import Scope
from interfaces.testing.memory.views.snapshot import Snapshots


class ScopedRow(Protocol):
    """A row with a place, which one account sees in one mode."""

    @property
    def id(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def livemode(self) -> bool: ...

    @property
    def place(self) -> Place: ...


Row = TypeVar("Row")
Scoped = TypeVar("Scoped", bound=ScopedRow)


class MemoryTable(Generic[Row]):
    """One view's rows by key."""

    def __init__(self, views: Snapshots, view: str) -> None:
        self._views = views
        self._view = view

    @property
    def shown(self) -> Mapping[Any, Row]:
        return self._views.shown.rows[self._view]

    @property
    def draft(self) -> dict[Any, Row]:
        return self._views.draft.rows[self._view]


class PlacedMemoryTable(MemoryTable[Scoped]):
    """Adds `get` and `add` to rows that have a place."""

    async def get(self, scope: Scope, id: str) -> Scoped | None:
        row = self.shown.get(id)
        return row if row and _is_in(scope, row) else None

    def add(self, row: Scoped) -> None:
        self.draft.setdefault(row.id, row)


class PagedMemoryTable(PlacedMemoryTable[Scoped]):
    """Adds `page`, of whole rows."""

    async def page(self, scope: Scope, page: Page) -> Sequence[Scoped]:
        return page_of(self.shown.values(), scope, page)


def page_of(
    rows: Iterable[Scoped], scope: Scope, page: Page, place: Callable[[Scoped], Place] = attrgetter("place")
) -> list[Scoped]:
    """A page of the rows in a scope, nearest the cursor first."""
    found = [row for row in rows if _is_in(scope, row) and _is_on(page, place(row))]
    found.sort(key=lambda row: _order(place(row)), reverse=not page.before)
    return found[: page.limit]


def _is_in(scope: Scope, row: ScopedRow) -> bool:
    return (row.account, row.livemode) == (scope.account, scope.livemode)


def _is_on(page: Page, place: Place) -> bool:
    if not page.created.first <= place.created <= page.created.last:
        return False
    if page.before:
        return _order(place) > _order(page.before)
    return not page.after or _order(place) < _order(page.after)


_order = attrgetter("created", "position")
