"""What the SQL views need of a database: reading from coroutines, writing in transactions from one thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = Mapping[str, Any]
"""A row by column name."""


class Reader(Protocol):
    """Reads without blocking the event loop for more than a moment."""

    async def open(self) -> None:
        """Get ready to read much, from the running event loop."""

    async def close(self) -> None:
        """Undo `open`."""

    async def one(self, statement: str, values: Mapping[str, Any]) -> Row | None: ...

    async def all(self, statement: str, values: Mapping[str, Any]) -> Sequence[Row]: ...

    async def tuples(self, statement: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Rows without the names of their columns: less of everything, where there are many."""


class Writer(Protocol):
    """Writes, and reads what it has written. Threads take turns."""

    def transaction(self) -> AbstractContextManager[None]:
        """What is done within becomes visible at the end, or not at all; one within another is part of it."""

    def write_lock(self) -> AbstractContextManager[None]:
        """A transaction of the only writer of views: whoever comes meanwhile waits, in whatever process."""

    def execute(self, statement: str, values: Mapping[str, Any] = ...) -> None:
        """Do something within a transaction."""

    def execute_many(self, statement: str, values: Sequence[Mapping[str, Any]]) -> None:
        """One statement for each of the values, in their order."""

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """New rows, in their order."""

    def one(self, statement: str, values: Mapping[str, Any] = ...) -> Row | None:
        """A row, as it is now or, within a transaction, as that has made it."""

    def every(self, statement: str) -> Sequence[Row]:
        """Every row, as they are now."""


class Database(Protocol):
    """One database: statements with `:name` placeholders."""

    @property
    def skip_locked(self) -> str:
        """What ends a query for the next run, so that workers who look at once do not wait for one another."""

    @property
    def reader(self) -> Reader: ...

    @property
    def writer(self) -> Writer: ...

    def another_writer(self) -> Writer:
        """A writer whose transactions wait for no other thread of this process."""
