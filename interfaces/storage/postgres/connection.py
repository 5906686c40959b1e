"""Connections to PostgreSQL, and the translation of their errors."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from domain.errors import StoreUnavailable
from interfaces.storage.postgres.address import must_be_well_formed
from interfaces.storage.postgres.database_errors import TRANSLATED, refused, translated

IDLE_IN_TRANSACTION_SECONDS = 15
"""After this the database ends the transaction of a frozen process, which releases its locks."""

CONNECT_SECONDS = 3

ANSWER_SECONDS = 5
"""How long a read may take: a database that hangs counts as one that cannot be reached."""

OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": ANSWER_SECONDS * 1000,
    "application_name": "reportrun",
    "options": f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_SECONDS}s",
}
"""The options of every connection: a machine that has gone is noticed within about ten seconds."""

Connection = psycopg.Connection[dict[str, Any]]

_BEGIN = "begin; set local synchronous_commit = off"

_IN_TRANSACTION = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


def connect(url: str) -> Connection:
    """A connection in autocommit mode, rows as dicts. Raises `StoreUnavailable`."""
    must_be_well_formed(url)
    try:
        return psycopg.connect(url, row_factory=dict_row, **OPTIONS)
    except TRANSLATED as error:
        raise refused(error) from error


@contextmanager
def translate_errors() -> Iterator[None]:
    """Translate errors of the connection, and of a database that cannot do it now, into `StoreUnavailable`."""
    try:
        yield
    except TRANSLATED as error:
        raise translated(error) from error


class SharedConnection:
    """The one connection over which the threads of a process read the log and write; opened when it is first used, and
    again after it broke. One thread uses it at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.RLock()
        self._connection: Connection | None = None

    @contextmanager
    def open(self, wait_seconds: float = -1) -> Iterator[Connection]:
        """The connection. Raises `StoreUnavailable`, and closes a connection that breaks meanwhile.

        wait_seconds  how long to wait for other threads; -1: until they are done
        """
        if not self._lock.acquire(timeout=wait_seconds):
            raise translated(TimeoutError())
        try:
            if self.in_transaction:  # the outer block translates and closes
                assert self._connection is not None
                yield self._connection
            else:
                with self._closed_on_trouble(), translate_errors():
                    yield self._opened()
        finally:
            self._lock.release()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction on what can be made again; it is not synced to disk. One within another is part of it."""
        with self.open() as connection:
            if self.in_transaction:
                yield connection
                return
            connection.execute(_BEGIN, prepare=False)
            try:
                yield connection
                connection.execute("commit")
            except BaseException:
                with suppress(psycopg.Error):  # what has broken the transaction says more
                    connection.execute("rollback")
                raise

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is in a transaction; of the thread that has the connection."""
        return self._connection is not None and self._connection.info.transaction_status in _IN_TRANSACTION

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _closed_on_trouble(self) -> Iterator[None]:
        try:
            yield
        except StoreUnavailable:
            self.close()
            raise

    def _opened(self) -> Connection:
        if self._connection is not None and has_broken(self._connection):
            self.close()
        if self._connection is None:
            self._connection = connect(self._url)
        return self._connection


def has_broken(connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> bool:
    """Whether the database has closed an idle connection, as a restart does: without asking it."""
    try:
        connection.pgconn.consume_input()  # reads the last message, if there is one
        connection.pgconn.consume_input()  # and then the end of the stream
    except psycopg.OperationalError:
        return True
    return connection.broken


@lru_cache(maxsize=1000)
def statement(text: str) -> str:
    """A statement with `:name` placeholders in the notation of psycopg."""
    return re.sub(r"(?<![:\w]):(\w+)", r"%(\1)s", text.replace("%", "%%"))
