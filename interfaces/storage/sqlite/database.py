"""A SQLite database for views: reads take microseconds and run where they are asked for."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from interfaces.storage.sqlite.connection import connect, meaning

Row = dict[str, Any]


class SqliteReader:
    """Reads over a connection of its own, on the thread that asks."""

    def __init__(self, file: Path) -> None:
        self._connection = connect(file, durable=False)
        self._connection.execute("pragma query_only = on")
        self._connection.row_factory = _as_dict

    async def open(self) -> None:
        """It is open."""

    async def close(self) -> None:
        """It is closed with the database."""

    async def one(self, statement: str, values: Mapping[str, Any]) -> Row | None:
        with meaning():
            return self._connection.execute(statement, values).fetchone()  # type: ignore[no-any-return]

    async def all(self, statement: str, values: Mapping[str, Any]) -> Sequence[Row]:
        with meaning():
            return self._connection.execute(statement, values).fetchall()

    def end(self) -> None:
        self._connection.close()


class SqliteWriter:
    """Writes over one connection; threads take turns."""

    def __init__(self, file: Path) -> None:
        self._connection = connect(file, durable=False)
        self._connection.row_factory = _as_dict
        self._turns = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._turns, meaning():
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("begin immediate")
            try:
                yield
                self._connection.execute("commit")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")

    def turn(self) -> AbstractContextManager[None]:
        return self.transaction()  # SQLite has one writer at a time anyway

    def execute(self, statement: str, values: Mapping[str, Any] | None = None) -> None:
        self._connection.execute(statement, values or {})

    def one(self, statement: str, values: Mapping[str, Any] | None = None) -> Row | None:
        with self._turns, meaning():
            return self._connection.execute(statement, values or {}).fetchone()  # type: ignore[no-any-return]

    def every(self, statement: str) -> Sequence[Row]:
        with self._turns, meaning():
            return self._connection.execute(statement).fetchall()

    def close(self) -> None:
        self._connection.close()


class SqliteDatabase:
    """One file."""

    skip_locked = ""  # a transaction that writes is alone anyway

    def __init__(self, file: Path) -> None:
        self._file = file
        self.writer = SqliteWriter(file)
        self.reader = SqliteReader(file)
        self._others: list[SqliteWriter] = []

    def another_writer(self) -> SqliteWriter:
        other = SqliteWriter(self._file)
        self._others.append(other)
        return other

    def close(self) -> None:
        self.reader.end()
        for writer in (self.writer, *self._others):
            writer.close()


def _as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return dict(zip([column[0] for column in cursor.description], row, strict=True))
