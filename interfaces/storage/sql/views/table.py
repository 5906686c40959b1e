"""The table of one view: rows are written in batches, and pages are found by key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from application.views.paging import Page, Place
from domain.access.caller import Scope
from domain.instants import LATEST
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.statements import statements

_NEWEST = Place(LATEST + 1, 0)


Changes = dict[str, list[dict[str, Any]]]
"""Statement -> the values that it is to be executed with."""


class SqlTable:
    """One view's table, or its copy under a suffix. What is written may wait until `flush`, within a turn.

    changes  the statements that change rows by their ids, in the order that they are written in
    """

    view: ClassVar[str]
    changes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, database: Database, suffix: str = "", *, holds_back: bool = False) -> None:
        """holds_back  whether changes of rows that are written wait until `write_held_back`: there is no index yet"""
        self._reader = database.reader
        self._writer = database.writer
        self._table = self.view + suffix
        self._held_back: Changes | None = self._no_changes() if holds_back else None
        self.discard()
        self._sql = {
            name: text.replace("{view}", self.view).replace("{s}", suffix)
            for name, text in statements("views.sql").items()
        }

    def flush(self) -> None:
        """Write what waits."""

    def discard(self) -> None:
        """Forget what waits."""
        self._changes = self._no_changes()

    @property
    def held_back(self) -> int:
        """How many changes."""
        return sum(map(len, self._held_back.values())) if self._held_back else 0

    def write_held_back(self) -> None:
        """Write it, and hold nothing back from now on."""
        changes, self._held_back = self._held_back, None
        self._write(changes or {})

    def _write_changes(self) -> None:
        if self._held_back is None:
            self._write(self._changes)
            return
        for statement, changes in self._changes.items():
            self._held_back[statement] += changes

    def _write(self, changes: Changes) -> None:
        for statement, values in changes.items():
            self._writer.execute_many(self._sql[statement], values)

    def _no_changes(self) -> Changes:
        return {statement: [] for statement in self.changes}

    def _insert_new(self, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self._writer.insert(self._table, columns, list(rows))

    async def _page(self, scope: Scope, page: Page) -> Sequence[tuple[Any, ...]]:
        """A page of a view whose rows have a place."""
        if page.before:
            direction, place = "newer", page.before
            first, last = max(page.created.first, place.created), page.created.last
        else:
            direction, place = "older", page.after or _NEWEST
            first, last = page.created.first, min(page.created.last, place.created)
        return await self._reader.tuples(
            self._sql[direction],
            within(scope, first=first, last=last, created=place.created, position=place.position, limit=page.limit),
        )


def within(scope: Scope, **values: Any) -> dict[str, Any]:
    return {"account": scope.account, "livemode": int(scope.livemode), **values}
