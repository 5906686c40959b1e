"""The base class of views' tables: how one is created, indexed, swapped in and dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from domain.access.caller import Scope
from domain.ids import random_base62
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.statements import statements

MOST_IN_A_LIST = 500


class SqlTable:
    """One view's table, or a shadow copy of it.

    Its statements are in the `.sql` file of the view's name: `create table`, an `index ...` for each index, and those
    that the subclass names.
    """

    def __init__(self, database: Database, view: str, suffix: str, *, has_indexes: bool = True) -> None:
        """has_indexes  False for a shadow copy: it is indexed when its rows are there"""
        self._reader = database.reader
        self._writer = database.writer
        self._has_indexes = has_indexes
        self.view = view
        self.name = view + suffix
        self._sql = {name: text.replace("{s}", suffix) for name, text in statements(f"views/{view}.sql").items()}

    def create(self) -> None:
        self._writer.execute(self._sql["create table"])
        if self._has_indexes:
            self._create_indexes()

    def complete(self) -> None:
        """Index a shadow copy, each index in a transaction of its own: writers of other tables wait for one only."""
        if not self._has_indexes:
            self._has_indexes = True
            self._create_indexes()

    def swap_in(self, copy: SqlTable) -> None:
        """Put a copy in the place of this table."""
        self._writer.execute(f"drop table {self.name}")
        self._writer.execute(f"alter table {copy.name} rename to {self.name}")

    def drop(self) -> None:
        self._writer.execute(f"drop table if exists {self.name}")

    def flush(self) -> None:
        """Write the rows and changes of a unit of work."""

    def discard(self) -> None:
        """Drop the rows and changes that were not flushed."""

    @property
    def held_back(self) -> int:
        """The number of changes to execute when a shadow copy is completed."""
        return 0

    def _create_indexes(self) -> None:
        for name, text in self._sql.items():
            if name.startswith("index "):
                index = random_base62(8).lower()  # indexes keep their names when a copy's table is renamed
                with self._writer.transaction():
                    self._writer.execute(text.replace("{i}", index))


def in_lists(statement: str, texts: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A statement with `{many}` for a list, once for each part of the texts, with the values of that list.

    The last list is filled up by its last text, so that there is one statement to prepare.
    """
    size = min(MOST_IN_A_LIST, len(texts))
    names = [f"text_{number}" for number in range(size)]
    written = statement.replace("{many}", ", ".join(f":{name}" for name in names))
    for first in range(0, len(texts), MOST_IN_A_LIST):
        some = texts[first : first + size]
        yield written, dict(zip_longest(names, some, fillvalue=some[-1]))


def within(scope: Scope, **values: Any) -> dict[str, Any]:
    """Values of a statement that reads within a scope."""
    return {"account": scope.account, "livemode": int(scope.livemode), **values}
