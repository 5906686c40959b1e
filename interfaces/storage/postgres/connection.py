"""Connections to PostgreSQL, and what its errors mean here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from domain.errors import StoreUnavailable

IDLE_IN_TRANSACTION_SECONDS = 15
"""After this the server ends a transaction whose process has frozen, and with it the turn that it held."""

CONNECT_SECONDS = 3

ANSWER_SECONDS = 5
"""How long a read may go without an answer: a database that hangs is as good as one that is away."""

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
"""How every connection is made: a machine that has gone is noticed within about ten seconds."""

Connection = psycopg.Connection[dict[str, Any]]


def connect(url: str) -> Connection:
    """A connection in autocommit mode, rows as dicts. Raises `StoreUnavailable`."""
    with translate_errors():
        return psycopg.connect(url, row_factory=dict_row, **OPTIONS)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Say in our words what went wrong, where it is the database that cannot be reached or cannot write."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError) as trouble:
        raise unavailable() from trouble


class KeptConnection:
    """One connection, made when it is first needed, and anew after it broke."""

    def __init__(self, url: str, begin: str = "") -> None:
        """begin  a statement that each connection begins with"""
        self._url = url
        self._begin = begin
        self._connection: Connection | None = None

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """The connection. Raises `StoreUnavailable`, and lets go of one that broke meanwhile."""
        if self._connection is not None and self.in_transaction:  # whoever began it sees to the rest
            yield self._connection
            return
        try:
            with translate_errors():
                yield self._opened()
        except StoreUnavailable:
            self.close()
            raise

    @property
    def in_transaction(self) -> bool:
        return self._connection is not None and self._connection.info.transaction_status == TransactionStatus.INTRANS

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> Connection:
        if self._connection is not None and has_broken(self._connection):
            self.close()
        if self._connection is None:
            self._connection = connect(self._url)
            if self._begin:
                self._connection.execute(self._begin)
        return self._connection


def unavailable() -> StoreUnavailable:
    return StoreUnavailable("The database cannot be reached now. Try again in a moment.")


def has_broken(connection: Connection) -> bool:
    """Whether the other side has closed a connection while nobody used it, as a restart does."""
    try:
        connection.pgconn.consume_input()  # takes in the farewell, if there was one,
        connection.pgconn.consume_input()  # and sees the end behind it
    except psycopg.OperationalError:
        return True
    return connection.broken


@lru_cache(maxsize=1000)
def statement(text: str) -> str:
    """A statement with `:name` placeholders as psycopg writes them."""
    return re.sub(r"(?<![:\w]):(\w+)", r"%(\1)s", text.replace("%", "%%"))
