"""The port for a SQL database: reads from coroutines, write transactions from threads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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

    @property
    def row_lock(self) -> str:
        """The clause of a query that locks its rows until the transaction ends; empty where that locks all anyway."""

    def transaction(self) -> AbstractContextManager[object]:
        """A transaction; one within another is part of the outer one."""

    def write_lock(self) -> AbstractContextManager[None]:
        """A transaction under the lock of units of work, which all processes share."""

    def must_hold(self, values: Iterable[object]) -> None:
        """Raises `ValueRefused`; asked before values are written in a batch, where none is at fault alone."""

    def execute(self, statement: str, values: Mapping[str, Any] = ...) -> None:
        """Execute a statement within a transaction. Raises `ValueRefused`, and the transaction goes on."""

    def execute_many(self, statement: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Execute a statement for each of the values, in their order."""

    def insert_new(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows, in their order. One that a unique index refuses is left out."""

    def one(self, statement: str, values: Mapping[str, Any] = ...) -> Row | None:
        """The first row of a query."""

    def every(self, statement: str, values: Mapping[str, Any] = ...) -> Sequence[Row]:
        """All rows of a query, or those that a statement returns."""


class QueueWriter(Writer, Protocol):
    """Writes the tables of the queue of pending runs."""

    def compact(self) -> None:
        """Rewrite small tables that hold little but dead rows, where the database keeps these."""

    def close(self) -> None: ...


class Database(Protocol):
    """One database: statements with `:name` placeholders."""

    @property
    def reader(self) -> Reader: ...

    @property
    def writer(self) -> Writer: ...
