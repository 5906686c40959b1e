"""The positions of views, and of shadow copies: how far in the log each has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interfaces.storage.sql.database import Writer
from interfaces.storage.sql.statements import statements


class SqlPositions:
    """Positions of the named views under one suffix; the unit of work of `SqlViews`."""

    def __init__(self, writer: Writer, names: Sequence[str], suffix: str) -> None:
        self._writer = writer
        self._names = names
        self._suffix = suffix
        self._sql = statements("views/positions.sql")

    def create_table(self) -> None:
        self._writer.execute(self._sql["create table"])

    def positions(self) -> dict[str, int]:
        known = self.stored()
        return {name: known.get(name + self._suffix, 0) for name in self._names}

    def advance(self, positions: Mapping[str, int]) -> None:
        rows = [{"view": name + self._suffix, "position": position} for name, position in positions.items()]
        self._writer.execute_many(self._sql["advance"], rows)

    def forget(self, table: str) -> None:
        """table: a view's name and its suffix"""
        self._writer.execute(self._sql["forget"], {"view": table})

    def stored(self) -> dict[str, int]:
        """Of all views under all suffixes, by the name of the table."""
        return {row["view"]: row["position"] for row in self._writer.every(self._sql["all"])}
