"""The views of one database in SQL tables, and the shadow copies that a rebuild fills."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar, cast

from application.projecting.projection import Projection
from application.views.accounts import AccountListProjection
from application.views.api_keys import KeyListProjection
from application.views.data_windows import WindowHistoryProjection
from application.views.file_links import FileLinkListProjection
from application.views.files import FileListProjection
from application.views.ledgers import LedgerListProjection
from application.views.registry import NAMES
from application.views.runs import RunListProjection
from application.views.views import UnitOfWork, Views
from application.views.webhook_endpoints import EndpointListProjection
from domain.ids import random_base62
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.views.accounts import SqlAccountList
from interfaces.storage.sql.views.api_keys import SqlKeyList
from interfaces.storage.sql.views.data_windows import SqlWindowHistory
from interfaces.storage.sql.views.file_links import SqlFileLinkList
from interfaces.storage.sql.views.files import SqlFileList
from interfaces.storage.sql.views.ledgers import SqlLedgerList
from interfaces.storage.sql.views.positions import SqlPositions
from interfaces.storage.sql.views.runs import SqlRunList
from interfaces.storage.sql.views.table import SqlTable
from interfaces.storage.sql.views.webhook_endpoints import SqlEndpointList

VERSION = "_12"
"""The suffix of every view's table, raised when one changes. During an upgrade, programs of two versions share a
database, each with its own tables."""

MAX_HELD_BACK = 50_000
"""Changes that a shadow copy without indexes may hold in memory."""

OLD_COPY_SECONDS = 24 * 3600
"""The age at which a shadow copy is an orphan of a rebuild that was killed."""

_COPY = "_copy_"

_VERSIONED = re.compile("[a-z_]*_([0-9]+)")

Writer = TypeVar("Writer")
Table = TypeVar("Table", bound=SqlTable)


class SqlViews:
    """Every view, one table each."""

    def __init__(
        self,
        database: Database,
        names: Sequence[str] = NAMES,
        suffix: str = VERSION,
        *,
        has_indexes: bool = True,
    ) -> None:
        """has_indexes  False for a shadow copy, until `complete`"""
        self._database = database
        self._suffix = suffix
        self._has_indexes = has_indexes
        self._writer = database.writer
        self._positions = SqlPositions(database.writer, names, suffix)
        self._every: dict[str, SqlTable] = {}
        self.runs = self._table(RunListProjection, SqlRunList)
        self.files = self._table(FileListProjection, SqlFileList)
        self.keys = self._table(KeyListProjection, SqlKeyList)
        self.accounts = self._table(AccountListProjection, SqlAccountList)
        self.ledgers = self._table(LedgerListProjection, SqlLedgerList)
        self.data_windows = self._table(WindowHistoryProjection, SqlWindowHistory)
        self.webhook_endpoints = self._table(EndpointListProjection, SqlEndpointList)
        self.file_links = self._table(FileLinkListProjection, SqlFileLinkList)
        self._tables = [self._every[name] for name in names]

    def _table(self, projection: type[Projection[Table]], kind: type[Table]) -> Table:
        """A view's table, which has the methods that its projection calls."""
        made = kind(self._database, projection.name, self._suffix, has_indexes=self._has_indexes)
        self._every[projection.name] = made
        return made

    def set_up(self) -> None:
        """Create the tables that are missing; the next catch-up fills them."""
        with self._writer.write_lock():
            self._positions.create_table()
            known = self._positions.stored()
            self._create([table for table in self._tables if table.name not in known])

    def writer(self, projection: type[Projection[Writer]]) -> Writer:
        return cast("Writer", self._every[projection.name])

    def position(self) -> int:
        return min(self._positions.positions().values())

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        with self._writer.write_lock():
            try:
                yield self._positions
                for table in self._tables:
                    table.flush()
                if sum(table.held_back for table in self._tables) > MAX_HELD_BACK:
                    self.complete()
            finally:
                for table in self._tables:
                    table.discard()

    def fresh_copy(self, names: Sequence[str]) -> SqlViews:
        now = int(time.time())
        self._drop_orphans(now - OLD_COPY_SECONDS)
        copy = SqlViews(self._database, names, f"{_COPY}{now}_{random_base62(8).lower()}", has_indexes=False)
        with self._writer.transaction():
            copy._create(copy._tables)
        return copy

    def complete(self) -> None:
        for table in self._tables:
            table.complete()

    def replace_with(self, copy: Views) -> None:
        assert isinstance(copy, SqlViews)
        for table in copy._tables:
            self._every[table.view].swap_in(table)
        self._positions.advance(copy._positions.positions())

    def drop(self) -> None:
        assert self._suffix != VERSION, "only a copy can be dropped"
        with self._writer.transaction():
            for table in self._tables:
                table.drop()
                self._positions.forget(table.name)

    def drop_earlier_versions(self) -> None:
        """Drop the tables of earlier versions, which hold what is erased here, too.

        A program of these that still runs cannot read its views any more; when it is started anew, it makes them again.
        """
        with self._writer.write_lock():
            for stored in self._positions.stored():
                if 0 < _version_in(stored) < _version_in(VERSION):
                    self._writer.execute(f"drop table if exists {stored}")
                    self._positions.forget(stored)

    def _create(self, tables: Sequence[SqlTable]) -> None:
        for table in tables:
            table.create()
        self._positions.advance({table.view: 0 for table in tables})

    def _drop_orphans(self, before: int) -> None:
        for stored in self._positions.stored():
            name, is_copy, made = stored.partition(_COPY)
            if is_copy and int(made.partition("_")[0]) < before:
                SqlViews(self._database, [name], _COPY + made).drop()


def _version_in(name: str) -> int:
    """The number of a version's suffix, or at the end of a table's name; 0 for a copy's."""
    found = _VERSIONED.fullmatch(name)
    return int(found[1]) if found else 0
