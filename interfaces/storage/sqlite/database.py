"""A SQLite database for views: reads take microseconds, so they run on the event loop."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from interfaces.storage.sqlite.connection import connect, translate_errors
from interfaces.storage.sqlite.file_errors import translated
from interfaces.storage.sqlite.many import inserts

Row = Mapping[str, Any]


_EXISTING_STAY = "on conflict do nothing"


class SqliteReader:
    """Reads over one connection, on the calling thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection = connect(file, durable=False)
        self._connection.execute("pragma query_only = on")
        self._tuples = self._connection.cursor()
        self._tuples.row_factory = None

    async def open(self) -> None:
        """Nothing to do: it is open from the start."""

    async def close(self) -> None:
        """Nothing to do: the database closes it."""

    async def one(self, statement: str, values: Mapping[str, Any]) -> Row | None:
        try:
            return self._connection.execute(statement, values).fetchone()  # type: ignore[no-any-return]
        except sqlite3.DatabaseError as error:
            raise translated(error, self._file) from error

    async def all(self, statement: str, values: Mapping[str, Any]) -> Sequence[Row]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise translated(error, self._file) from error

    async def tuples(self, statement: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        try:
            return self._tuples.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise translated(error, self._file) from error

    def disconnect(self) -> None:
        self._connection.close()


class SqliteWriter:
    """Writes over one connection, one thread at a time."""

    row_lock = ""  # SQLite runs one writing transaction at a time

    def __init__(self, file: Path, *, durable: bool = False) -> None:
        """durable  whether a commit is on disk when it returns"""
        self._file = file
        self._connection = connect(file, durable=durable)
        self._lock = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock, translate_errors(self._file):
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

    def write_lock(self) -> AbstractContextManager[None]:
        return self.transaction()  # which holds SQLite's write lock

    def must_hold(self, values: Iterable[object]) -> None:
        """SQLite holds any text."""

    def execute(self, statement: str, values: Mapping[str, Any] | None = None) -> None:
        self._connection.execute(statement, values or {})

    def execute_many(self, statement: str, values: Sequence[Mapping[str, Any]]) -> None:
        if values:
            self._connection.executemany(statement, values)

    def insert_new(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        for statement, values in inserts(table, columns, rows):
            self._connection.execute(f"{statement} {_EXISTING_STAY}", values)

    def one(self, statement: str, values: Mapping[str, Any] | None = None) -> Row | None:
        with self._lock, translate_errors(self._file):
            return self._connection.execute(statement, values or {}).fetchone()  # type: ignore[no-any-return]

    def every(self, statement: str, values: Mapping[str, Any] | None = None) -> Sequence[Row]:
        with self._lock, translate_errors(self._file):
            return self._connection.execute(statement, values or {}).fetchall()

    def close(self) -> None:
        self._connection.close()


class SqliteDatabase:
    """One file: a reader and a writer."""

    def __init__(self, file: Path) -> None:
        self.writer = SqliteWriter(file)
        self.reader = SqliteReader(file)

    def close(self) -> None:
        self.reader.disconnect()
        self.writer.close()
