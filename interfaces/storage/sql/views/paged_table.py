"""The base class of tables that grow with the log: rows are read in pages and written in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from application.views.paging import Page, Place
from domain.access.caller import Scope
from domain.instants import LATEST
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.statements import statements
from interfaces.storage.sql.views.table import SqlTable, within

_NEWEST = Place(LATEST + 1, 0)

Changes = dict[str, list[dict[str, Any]]]
"""Statement -> the values of each execution."""


Row = TypeVar("Row", bound=NamedTuple)
Listed = TypeVar("Listed", bound=NamedTuple)


class PlacedTable(SqlTable, Generic[Row]):
    """Adds `get`, `page_of` and `add` to a table of rows that have a place.

    row      the type of rows; its fields are the table's columns, in their order
    changes  statements that set columns of the row `:id`, in the order in which they are executed
    order    columns of the place that pages are ordered by
    filters  names of statements `filter ...`, conditions that every row of a page fulfils
    """

    row: type[Row]
    changes: ClassVar[tuple[str, ...]] = ()
    order: ClassVar[tuple[str, str]] = ("created", "position")
    filters: ClassVar[tuple[str, ...]] = ()

    def __init__(self, database: Database, view: str, suffix: str, *, has_indexes: bool = True) -> None:
        super().__init__(database, view, suffix, has_indexes=has_indexes)
        self._column = {name: place for place, name in enumerate(self.row._fields)}
        self._id, self._livemode = self._column["id"], self._column["livemode"]
        self._pages: dict[tuple[str, type[NamedTuple], tuple[str, str], tuple[str, ...]], str] = {}
        self._held_back = self._no_changes()
        self.discard()

    async def get(self, scope: Scope, id: str) -> Row | None:
        found = await self._reader.tuples(self._sql["get"], within(scope, id=id))
        return self.row._make(found[0]) if found else None

    async def page_of(
        self,
        row: type[Listed],
        scope: Scope,
        page: Page,
        order: tuple[str, str],
        filters: tuple[str, ...] = (),
        **more: Any,
    ) -> Sequence[Listed]:
        """A page of rows that fulfil the filters. row: its fields are columns; more: values that the filters name"""
        if page.before:
            direction, place = "newer", page.before
            first, last = max(page.created.first, place.created), page.created.last
        else:
            direction, place = "older", page.after or _NEWEST
            first, last = page.created.first, min(page.created.last, place.created)
        values = within(scope, first=first, last=last, created=place.created, position=place.position, limit=page.limit)
        statement = self._page_statement(direction, row, order, filters)
        return list(map(row._make, await self._reader.tuples(statement, values | more)))

    def _page_statement(
        self, direction: str, row: type[NamedTuple], order: tuple[str, str], filters: tuple[str, ...]
    ) -> str:
        known = self._pages.get((direction, row, order, filters))
        if known is None:
            created, position = order
            conditions = "\n    ".join(self._sql[f"filter {name}"] for name in filters)
            known = statements("views/pages.sql")[direction]
            for name, text in (
                ("columns", ", ".join(row._fields)),
                ("created", created),
                ("position", position),
                ("filters", conditions),
            ):
                known = known.replace(f"{{{name}}}", text)
            known = self._pages[direction, row, order, filters] = known.replace("{table}", self.name)
        return known

    def add(self, row: Row) -> None:
        """Add a row. One that has its id stays: in a damaged log, a first event can come up again further on."""
        self._writer.must_hold(row)
        new = [*row]
        new[self._livemode] = int(new[self._livemode])
        self._new.setdefault(new[self._id], new)

    def change(self, statement: str, id: str, **values: Any) -> None:
        """Change a row: in memory, where it was added in the same unit of work."""
        self._writer.must_hold(values.values())
        new = self._new.get(id)
        if new is None:
            self._changes[statement].append({"id": id, **values})
            return
        self._change_new(new, **values)

    def _change_new(self, new: list[Any], **values: Any) -> None:
        for name, value in values.items():
            new[self._column[name]] = value

    def flush(self) -> None:
        self._writer.insert_new(self.name, self.row._fields, list(self._new.values()))
        if self._has_indexes:
            self._execute(self._changes)
        else:  # each change would scan the table
            for statement, values in self._changes.items():
                self._held_back[statement] += values
        self.discard()

    def discard(self) -> None:
        self._new: dict[str, list[Any]] = {}
        self._changes = self._no_changes()

    @property
    def held_back(self) -> int:
        return sum(map(len, self._held_back.values()))

    def complete(self) -> None:
        super().complete()
        changes, self._held_back = self._held_back, self._no_changes()
        with self._writer.transaction():
            self._execute(changes)

    def _execute(self, changes: Changes) -> None:
        for statement, values in changes.items():
            self._writer.execute_many(self._sql[statement], values)

    def _no_changes(self) -> Changes:
        return {statement: [] for statement in self.changes}


class PagedTable(PlacedTable[Row]):
    """Adds `page`, of whole rows."""

    async def page(self, scope: Scope, page: Page) -> Sequence[Row]:
        return await self.page_of(self.row, scope, page, self.order, self.filters)
