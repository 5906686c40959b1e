"""The port for a SQL database: reads from coroutines, write transactions from threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = Mapping[str, Any]
"""A row by column name."""


class Reader(Protocol):
    """Reads without blocking the event loop for more than a moment."""

    async def open(self) -> None:
        """Open connections for the running event loop."""

    async def close(self) -> None:
        """Undo `open`."""

    async def one(self, statement: str, values: Mapping[str, Any]) -> Row | None: ...

    async def all(self, statement: str, values: Mapping[str, Any]) -> Sequence[Row]: ...

    async def tuples(self, statement: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Rows as tuples, which cost less than rows by column name."""


class Writer(Protocol):
    """Writes over one connection, and reads its own uncommitted writes. One transaction at a time."""

    def transaction(self) -> AbstractContextManager[None]:
        """A transaction; one within another is part of the outer one."""

    def write_lock(self) -> AbstractContextManager[None]:
        """A transaction under the write lock of the views, which all processes share."""

    def execute(self, statement: str, values: Mapping[str, Any] = ...) -> None:
        """Execute a statement within a transaction."""

    def execute_many(self, statement: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Execute a statement for each of the values, in their order."""

    def insert_new(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows, in their order. One that a unique index refuses is left out."""

    def one(self, statement: str, values: Mapping[str, Any] = ...) -> Row | None:
        """The first row of a query."""

    def every(self, statement: str) -> Sequence[Row]:
        """All rows of a query."""


class Database(Protocol):
    """One database: statements with `:name` placeholders."""

    @property
    def skip_locked(self) -> str:
        """The locking clause of the query for the next run: concurrent workers skip rows that are locked."""

    @property
    def reader(self) -> Reader: ...

    @property
    def writer(self) -> Writer: ...

    def another_writer(self) -> Writer:
        """A writer over a connection of its own, whose transactions do not wait for those of the first."""
