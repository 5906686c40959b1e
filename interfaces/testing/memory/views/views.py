"""Views in memory: a unit of work writes into a draft, which becomes what readers see at its end."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

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
from interfaces.testing.memory.views.accounts import MemoryAccountList
from interfaces.testing.memory.views.api_keys import MemoryKeyList
from interfaces.testing.memory.views.data_windows import MemoryWindowHistory
from interfaces.testing.memory.views.file_links import MemoryFileLinkList
from interfaces.testing.memory.views.files import MemoryFileList
from interfaces.testing.memory.views.ledgers import MemoryLedgerList
from interfaces.testing.memory.views.runs import MemoryRunList
from interfaces.testing.memory.views.snapshot import Snapshot
from interfaces.testing.memory.views.table import MemoryTable
from interfaces.testing.memory.views.webhook_endpoints import MemoryEndpointList

Writer = TypeVar("Writer")
Table = TypeVar("Table", bound=MemoryTable[Any])


class MemoryViews:
    """Every view. A unit of work copies all rows: for tests with few of them."""

    def __init__(self, names: Sequence[str] = NAMES, write_lock: threading.RLock | None = None) -> None:
        """write_lock  shared by views and their shadow copies"""
        self.shown = Snapshot.empty(names)
        self._draft: Snapshot | None = None
        self._write_lock = write_lock or threading.RLock()
        self._tables: dict[str, MemoryTable[Any]] = {}
        self.runs = self._table(RunListProjection, MemoryRunList)
        self.files = self._table(FileListProjection, MemoryFileList)
        self.keys = self._table(KeyListProjection, MemoryKeyList)
        self.accounts = self._table(AccountListProjection, MemoryAccountList)
        self.ledgers = self._table(LedgerListProjection, MemoryLedgerList)
        self.data_windows = self._table(WindowHistoryProjection, MemoryWindowHistory)
        self.webhook_endpoints = self._table(EndpointListProjection, MemoryEndpointList)
        self.file_links = self._table(FileLinkListProjection, MemoryFileLinkList)

    def _table(self, projection: type[Projection[Table]], kind: type[Table]) -> Table:
        """A view's rows, with the methods that its projection calls."""
        made = kind(self, projection.name)
        self._tables[projection.name] = made
        return made

    def writer(self, projection: type[Projection[Writer]]) -> Writer:
        return cast("Writer", self._tables[projection.name])

    @property
    def draft(self) -> Snapshot:
        assert self._draft, "rows are written in a unit of work"
        return self._draft

    def position(self) -> int:
        with self._write_lock:
            return min(self.positions().values())

    def positions(self) -> dict[str, int]:
        return dict((self._draft or self.shown).positions)

    def advance(self, positions: Mapping[str, int]) -> None:
        self.draft.positions.update(positions)

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        with self._write_lock:
            if self._draft:
                yield self
                return
            self._draft = self.shown.copy()
            try:
                yield self
                self.shown = self._draft
            finally:
                self._draft = None

    def fresh_copy(self, names: Sequence[str]) -> MemoryViews:
        return MemoryViews(names, self._write_lock)

    def complete(self) -> None:
        """No indexes to build."""

    def replace_with(self, copy: Views) -> None:
        assert isinstance(copy, MemoryViews)
        self.draft.rows.update(copy.shown.rows)
        self.advance(copy.shown.positions)

    def drop(self) -> None:
        """Nothing to drop."""
