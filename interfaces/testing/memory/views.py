"""Views in memory: what a turn writes, it writes into a draft, which takes the place of what readers see."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Any, TypeVar

from application.views.access import AccountRow, KeyRow
from application.views.files import FileRow
from application.views.ledgers import LedgerRow
from application.views.paging import Page, Place
from application.views.registry import PROJECTIONS
from application.views.runs import RunRow
from application.views.views import UnitOfWork, Views
from domain.access.caller import Scope
from domain.ledger.availability import TableAvailability
from domain.ledger.ledger import EVERYBODY, WHOLE

ALL = tuple(projection.name for projection in PROJECTIONS)

Placed = TypeVar("Placed", RunRow, FileRow)


@dataclass(slots=True)
class Rows:
    """Every view's rows by their ids, and the views' positions."""

    runs: dict[str, RunRow] = field(default_factory=dict)
    files: dict[str, FileRow] = field(default_factory=dict)
    api_keys: dict[str, KeyRow] = field(default_factory=dict)
    accounts: dict[str, AccountRow] = field(default_factory=dict)
    ledgers: dict[tuple[bool, str, str], LedgerRow] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)

    def draft(self) -> Rows:
        return Rows(*(dict(getattr(self, one.name)) for one in fields(self)))


class MemoryViews:
    """Each turn copies all rows, which is for few of them. shown: what readers see now."""

    def __init__(self, names: Sequence[str] = ALL, writing: threading.RLock | None = None) -> None:
        """writing  what the writer of these views, and of their copies, holds"""
        self.shown = Rows(positions=dict.fromkeys(names, 0))
        self._draft: Rows | None = None
        self._writing = writing or threading.RLock()
        self.runs = MemoryRunList(self)
        self.files = MemoryFileList(self)
        self.keys = MemoryKeyList(self)
        self.accounts = MemoryAccountList(self)
        self.ledgers = MemoryLedgerList(self)

    @property
    def draft(self) -> Rows:
        """The rows as the turn of now has made them."""
        assert self._draft, "rows are written in a turn"
        return self._draft

    def position(self) -> int:
        with self._writing:
            return min(self.positions().values())

    def positions(self) -> dict[str, int]:
        return dict((self._draft or self.shown).positions)

    def advance(self, positions: Mapping[str, int]) -> None:
        self.draft.positions.update(positions)

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        with self._writing:
            if self._draft:
                yield self
                return
            self._draft = self.shown.draft()
            try:
                yield self
                self.shown = self._draft
            finally:
                self._draft = None

    def fresh_copy(self, names: Sequence[str]) -> MemoryViews:
        return MemoryViews(names, self._writing)

    def complete(self) -> None:
        """It is."""

    def replace_with(self, copy: Views) -> None:
        assert isinstance(copy, MemoryViews)
        for name, position in copy.shown.positions.items():
            setattr(self.draft, name, getattr(copy.shown, name))
            self.draft.positions[name] = position

    def drop(self) -> None:
        """It goes by itself."""


class MemoryRunList:
    def __init__(self, views: MemoryViews) -> None:
        self._views = views

    async def get(self, scope: Scope, id: str) -> RunRow | None:
        return _seen_by(scope, self._views.shown.runs.get(id))

    async def page(self, scope: Scope, page: Page) -> Sequence[RunRow]:
        return _page(self._views.shown.runs, scope, page)

    def add(self, row: RunRow) -> None:
        self._views.draft.runs[row.id] = row

    def start_attempt(self, id: str, attempt: int) -> None:
        self._change(id, attempts=attempt)

    def succeed(self, id: str, *, at: int, file_id: str, file_size: int) -> None:
        self._change(id, status="succeeded", succeeded_at=at, file_id=file_id, file_size=file_size)

    def fail(self, id: str, error: str) -> None:
        self._change(id, status="failed", error=error)

    def _change(self, id: str, **values: Any) -> None:
        runs = self._views.draft.runs
        if id in runs:
            runs[id] = runs[id]._replace(**values)


class MemoryFileList:
    def __init__(self, views: MemoryViews) -> None:
        self._views = views

    async def get(self, scope: Scope, id: str) -> FileRow | None:
        return _seen_by(scope, self._views.shown.files.get(id))

    async def page(self, scope: Scope, page: Page) -> Sequence[FileRow]:
        return _page(self._views.shown.files, scope, page)

    async def kept(self, created_before: int, limit: int) -> Sequence[FileRow]:
        old = [row for row in self._not_removed() if row.created < created_before]
        return sorted(old, key=attrgetter("created", "position"))[:limit]

    async def by_id(self, after: str, limit: int) -> Sequence[FileRow]:
        return sorted((row for row in self._not_removed() if row.id > after), key=attrgetter("id"))[:limit]

    def add(self, row: FileRow) -> None:
        self._views.draft.files[row.id] = row

    def mark_removed(self, id: str, at: int) -> None:
        files = self._views.draft.files
        files[id] = files[id]._replace(removed_at=at)

    def _not_removed(self) -> list[FileRow]:
        return [row for row in self._views.shown.files.values() if row.removed_at is None]


class MemoryKeyList:
    def __init__(self, views: MemoryViews) -> None:
        self._views = views

    async def by_secret(self, secret_sha256: str) -> KeyRow | None:
        return next((row for row in self._views.shown.api_keys.values() if row.secret_sha256 == secret_sha256), None)

    async def all(self) -> Sequence[KeyRow]:
        return sorted(self._views.shown.api_keys.values(), key=attrgetter("created", "id"))

    def add(self, row: KeyRow) -> None:
        self._views.draft.api_keys[row.id] = row

    def revoke(self, id: str, at: int) -> None:
        keys = self._views.draft.api_keys
        keys[id] = replace(keys[id], revoked_at=at)


class MemoryAccountList:
    def __init__(self, views: MemoryViews) -> None:
        self._views = views

    async def get(self, id: str) -> AccountRow | None:
        return self._views.shown.accounts.get(id)

    async def all(self) -> Sequence[AccountRow]:
        return sorted(self._views.shown.accounts.values(), key=attrgetter("created", "id"))

    async def connected_to(self, platform: str, limit: int | None = None) -> Sequence[str]:
        return sorted(row.id for row in self._views.shown.accounts.values() if row.platform == platform)[:limit]

    def add(self, row: AccountRow) -> None:
        self._views.draft.accounts[row.id] = row


class MemoryLedgerList:
    def __init__(self, views: MemoryViews) -> None:
        self._views = views

    async def about(self, scope: Scope) -> Sequence[LedgerRow]:
        return self._of({scope.account, EVERYBODY, WHOLE}, scope.livemode)

    async def of_connected(self, scope: Scope) -> Mapping[str, TableAvailability]:
        connected = {row.id for row in self._views.shown.accounts.values() if row.platform == scope.account}
        found: dict[str, TableAvailability] = {}
        for row in self._of(connected, scope.livemode):
            found[row.table] = found[row.table] | row.data if row.table in found else row.data
        return found

    def _of(self, owners: Collection[str], livemode: bool) -> list[LedgerRow]:
        rows = (row for row in self._views.shown.ledgers.values() if row.livemode == livemode and row.owner in owners)
        return sorted(rows, key=attrgetter("owner", "table"))

    def put(self, row: LedgerRow) -> None:
        self._views.draft.ledgers[row.livemode, row.owner, row.table] = row


def _seen_by(scope: Scope, row: Placed | None) -> Placed | None:
    return row if row and (row.account, row.livemode) == (scope.account, scope.livemode) else None


def _page(rows: Mapping[str, Placed], scope: Scope, page: Page) -> list[Placed]:
    """A page of rows that have a place, nearest the cursor first."""

    def wanted(row: Placed) -> bool:
        if not _seen_by(scope, row) or not page.created.first <= row.created <= page.created.last:
            return False
        if page.before:
            return _order(row.place) > _order(page.before)
        return not page.after or _order(row.place) < _order(page.after)

    found = sorted(filter(wanted, rows.values()), key=attrgetter("created", "position"), reverse=not page.before)
    return found[: page.limit]


def _order(place: Place) -> tuple[int, int]:
    return place.created, place.position
