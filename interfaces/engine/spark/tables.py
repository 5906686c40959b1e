"""The ledger's tables on the server: views of the pinned versions, each counted once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from application.ports.ledger import LedgerPlaces
from domain.ledger.ledger import PinnedLedger
from domain.ledger.tables import ACCOUNT, TABLES, Kind
from interfaces.engine.spark.failures import rows_missing
from interfaces.engine.spark.session import ServerSession

SPARK_TYPES = {Kind.INTEGER: "bigint", Kind.BOOLEAN: "boolean", Kind.TIME: "timestamp"}
"""Types of columns; all others are strings."""

_WILDCARD = re.compile(r"([][{}*?\\])")


class ServerTables:
    """The views of one session. They stay from one report to the next, which replaces those that differ.

    reads_files  whether the server is given Parquet files, and not versions of Delta tables
    """

    def __init__(self, session: ServerSession, ledger: LedgerPlaces, *, reads_files: bool) -> None:
        self._session = session
        self._ledger = ledger
        self._reads_files = reads_files
        self._shown: dict[str, object] = {}
        self._counted: set[object] = set()

    def show(self, ledger: PinnedLedger, tables: Iterable[str]) -> None:
        """Let each table be that of the pinned version. Raises `ReportFailed` where the server finds other rows."""
        for table in tables:
            key = (ledger.livemode, ledger.tables.get(table))
            if self._shown.get(table) != key:
                self._show(ledger, table)
                self._shown[table] = key

    def forget(self) -> None:
        """The session was left, and its views with it."""
        self._shown.clear()

    def _show(self, ledger: PinnedLedger, table: str) -> None:
        place = self._ledger.place(ledger, table)
        if place is None:
            self._session.sql(_no_rows(table)).createOrReplaceTempView(table)
            return
        if self._reads_files:
            paths = [_escaped(path) for path in self._ledger.stored_files(ledger, table)]
            rows = self._session.parquet(paths, _schema(table))
        else:
            rows = self._session.delta(address_for_server(place.uri), place.version)
        rows.createOrReplaceTempView(table)
        if place.rows is not None and (place.uri, place.version) not in self._counted:
            found = int(self._session.sql(f"select count(*) from {table}").collect()[0][0])
            if found != place.rows:
                raise rows_missing(table, found, place.rows)
            self._counted.add((place.uri, place.version))


def address_for_server(place: str) -> str:
    """A folder as an address, since a server's own file system may be another."""
    return place if "://" in place else f"file://{place}"


def _escaped(path: str) -> str:
    """The pattern, as Hadoop reads it, that this very path is the only match of."""
    return _WILDCARD.sub(r"\\\1", address_for_server(path))


def _columns(table: str) -> dict[str, str]:
    kinds = {ACCOUNT: Kind.TEXT, **TABLES[table].columns}
    return {name: SPARK_TYPES.get(kind, "string") for name, kind in kinds.items()}


def _schema(table: str) -> str:
    return ", ".join(f"`{name}` {type}" for name, type in _columns(table).items())


def _no_rows(table: str) -> str:
    empty = ", ".join(f"cast(null as {type}) as `{name}`" for name, type in _columns(table).items())
    return f"select {empty} where false"
