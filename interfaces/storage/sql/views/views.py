"""The views of one database, their positions, and the copies that a rebuild fills."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import ClassVar

from application.views.views import UnitOfWork, Views
from domain.ids import random_base62
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.statements import statements
from interfaces.storage.sql.views.access import SqlAccountList, SqlKeyList
from interfaces.storage.sql.views.files import SqlFileList
from interfaces.storage.sql.views.ledgers import SqlLedgerList
from interfaces.storage.sql.views.runs import SqlRunList

CREATED_FOR = {
    "runs": ("create runs",),
    "files": ("create files",),
    "api_keys": ("create api_keys", "create api_keys_by_secret"),
    "accounts": ("create accounts", "create accounts_by_platform"),
    "ledgers": ("create ledgers",),
}
"""Each view, which is a table of that name, and the statements that make it."""

INDEXED_FOR = {
    "runs": ("create runs_by_id", "create runs_by_place", "create runs_pending"),
    "files": ("create files_by_id", "create files_by_place", "create files_kept"),
}
"""The views that grow with the log, and the statements that let single rows of them be found. A copy gets by without,
as long as it is filled: an index that grows with the rows is written all over, again and again."""

MOST_LATE = 50_000
"""Changes of rows of earlier batches that a copy without indexes may hold back."""

VERSION = "_6"
"""Behind the name of every table of views, and raised when one changes: programs of two versions can then work on one
database, each with views of its own, while one is replaced by the other."""

_COPY = "_copy_"

OLD_COPY_SECONDS = 24 * 3600
"""After this long, a copy that a rebuild was filling has been given up."""


class SqlViews:
    """Views in SQL tables, one a view."""

    _sql: ClassVar[dict[str, str]] = statements("views.sql")

    def __init__(
        self,
        database: Database,
        names: Sequence[str] = tuple(CREATED_FOR),
        suffix: str = VERSION,
        *,
        is_bare: bool = False,
    ) -> None:
        """is_bare  whether these are without indexes, until `complete`"""
        self._database = database
        self._is_bare = is_bare
        self._writer = database.writer
        self._names = names
        self._suffix = suffix
        self.runs = SqlRunList(database, suffix, holds_back=is_bare)
        self.files = SqlFileList(database, suffix, holds_back=is_bare)
        self.keys = SqlKeyList(database, suffix)
        self.accounts = SqlAccountList(database, suffix)
        self.ledgers = SqlLedgerList(database, suffix)
        self._tables = (self.runs, self.files, self.keys, self.accounts, self.ledgers)

    def set_up(self) -> None:
        """Make the views that are missing; the next catching-up fills them."""
        with self._writer.write_lock():
            self._writer.execute(self._sql["create positions"])
            for name in self._names:
                if self._writer.one(self._sql["position"], {"view": name + self._suffix}) is None:
                    self._make(name)

    def position(self) -> int:
        return min(self._positions().values())

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        with self._writer.write_lock():
            try:
                yield _SqlUnitOfWork(self)
                for table in self._tables:
                    table.flush()
                if sum(table.held_back for table in self._tables) > MOST_LATE:
                    self.complete()
            finally:
                for table in self._tables:
                    table.discard()

    def fresh_copy(self, names: Sequence[str]) -> SqlViews:
        now = int(time.time())
        copy = SqlViews(self._database, names, suffix=f"{_COPY}{now}_{random_base62(8).lower()}", is_bare=True)
        self._drop_old_copies(now - OLD_COPY_SECONDS)
        with self._writer.transaction():
            for name in names:
                copy._make(name)
        return copy

    def complete(self) -> None:
        if not self._is_bare:
            return
        for name in self._names:
            for statement in INDEXED_FOR.get(name, ()):
                with self._writer.transaction():  # one each: whoever else writes may do so in between
                    self._create(statement)
        self._is_bare = False
        with self._writer.transaction():
            for table in self._tables:
                table.write_held_back()

    def replace_with(self, copy: Views) -> None:
        assert isinstance(copy, SqlViews) and not copy._is_bare
        for name in copy._names:
            self._writer.execute(f"drop table {name}{self._suffix}")
            self._writer.execute(f"alter table {name}{copy._suffix} rename to {name}{self._suffix}")
            self._advance({name: copy._positions()[name]})

    def drop(self) -> None:
        assert self._suffix != VERSION, "only a copy can be dropped"
        with self._writer.transaction():
            for name in self._names:
                self._writer.execute(f"drop table if exists {name}{self._suffix}")
                self._writer.execute(self._sql["forget position"], {"view": name + self._suffix})

    def _drop_old_copies(self, before: int) -> None:
        """Forget the copies that a rebuild has left behind which was killed."""
        for row in self._writer.every(self._sql["every position"]):
            name, is_copy, made = row["view"].partition(_COPY)
            if is_copy and int(made.partition("_")[0]) < before:
                SqlViews(self._database, [name], suffix=_COPY + made).drop()

    def _make(self, name: str) -> None:
        for statement in (*CREATED_FOR[name], *(() if self._is_bare else INDEXED_FOR.get(name, ()))):
            self._create(statement)
        self._advance({name: 0})

    def _create(self, statement: str) -> None:
        index = random_base62(8).lower()  # an index keeps its name when its table is renamed, so it needs its own
        self._writer.execute(self._sql[statement].replace("{s}", self._suffix).replace("{i}", index))

    def _positions(self) -> dict[str, int]:
        known = {row["view"]: row["position"] for row in self._writer.every(self._sql["every position"])}
        return {name: known.get(name + self._suffix, 0) for name in self._names}

    def _advance(self, positions: Mapping[str, int]) -> None:
        reached = [{"view": name + self._suffix, "position": position} for name, position in positions.items()]
        self._writer.execute_many(self._sql["advance"], reached)


class _SqlUnitOfWork:
    def __init__(self, views: SqlViews) -> None:
        self.positions = views._positions
        self.advance = views._advance
