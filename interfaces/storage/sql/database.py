"""What the SQL views need of a database: reading from coroutines, writing in transactions from one thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = Mapping[str, Any]
"""A row by column name."""


class Reader(Protocol):
    """Reads without blocking the event loop for more than a moment."""

    async def one(self, statement: str, values: Mapping[str, Any]) -> Row | None: ...

    async def all(self, statement: str, values: Mapping[str, Any]) -> Sequence[Row]: ...


class Writer(Protocol):
    """Writes, and reads what it has written."""

    def transaction(self) -> AbstractContextManager[None]:
        """Hold the database's views as their only writer; what is done becomes visible at the end, or not at all.

        A transaction within a transaction is part of it.
        """

    def execute(self, statement: str, values: Mapping[str, Any] = ...) -> None: ...

    def one(self, statement: str, values: Mapping[str, Any] = ...) -> Row | None: ...


class Database(Protocol):
    """One database: statements with `:name` placeholders."""

    @property
    def reader(self) -> Reader: ...

    @property
    def writer(self) -> Writer: ...
