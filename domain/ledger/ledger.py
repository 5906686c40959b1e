"""The `Ledger` aggregate: which version of which table readers see, and where each version came from.

One ledger per mode. A load writes new versions of tables first, and then one `Loaded` event; until that event is
stored nobody sees what was written, so a load of many tables is all or nothing. The aggregate's version is the ledger
version that runs pin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from domain.aggregate import TextIdAggregate, TextIdCreated
from domain.ledger.data_window import DataWindow, day_of

_FIRST_TABLE = "balance_transactions"

EVERYBODY = ""
"""Stands for the owner of a load whose rows name their owners: it tells something of every account."""

WHOLE = "*"
"""Stands for the whole ledger, whoever owns its rows."""

Windows = dict[str, DataWindow]
"""Table -> from when until when it has data, for the tables that reports are made of and that have rows."""


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file of a load, and what became of its rows.

    inserted + updated + unchanged = rows
    """

    table: str
    file: str
    sha256: str
    rows: int
    inserted: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class PinnedLedger:
    """A ledger as it was at one version; what it names never changes.

    version  of the ledger as a whole
    tables   table name -> version of that table
    """

    livemode: bool
    version: int
    tables: dict[str, int]


class Ledger(TextIdAggregate):
    """What one mode's ledger holds, version by version."""

    TOPIC = "ledger"

    class Event(TextIdAggregate.Event):
        pass

    class Opened(Event, TextIdCreated):
        """An empty ledger."""

        TOPIC = "ledger.opened"
        livemode: bool

    class Loaded(Event):
        """Rows came in; `tables` is the whole ledger as readers see it from now on.

        windows                   of the whole ledger: table -> `[start, end]` in Unix seconds
        owner                     the account whose rows came in; `EVERYBODY` when rows named their owners
        owner_windows             the same of what loads for that owner have brought, by now
        owner_complete_through    until when that owner's data was last said to be complete, in Unix seconds; or None
        window_start, window_end  of the whole ledger's balance transactions, for programs that know of no others
        files                     `LoadedFile` values, as plain objects
        """

        TOPIC = "ledger.loaded"
        class_version = 4
        account: str
        tables: dict[str, int]
        files: list[dict[str, Any]]
        window_start: int | None
        window_end: int | None
        windows: dict[str, list[int]]
        owner: str
        owner_windows: dict[str, list[int]]
        owner_complete_through: int | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            start, end = state["window_start"], state["window_end"]
            state["windows"] = {} if start is None else {_FIRST_TABLE: [start, end]}

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            state["owner"], state["owner_windows"] = EVERYBODY, state["windows"]

        @staticmethod
        def upcast_v3_v4(state: dict[str, Any]) -> None:
            state["owner_complete_through"] = None

        def apply(self, aggregate: Ledger) -> None:
            aggregate.tables = self.tables
            aggregate.windows = windows_of(self.windows)
            aggregate.owners[self.owner] = windows_of(self.owner_windows)
            aggregate.complete_through[self.owner] = self.owner_complete_through

    def __init__(self, livemode: bool) -> None:
        self.livemode = livemode
        self.tables: dict[str, int] = {}
        self.windows: Windows = {}
        self.owners: dict[str, Windows] = {}
        self.complete_through: dict[str, int | None] = {}

    @property
    def window(self) -> DataWindow | None:
        """From when until when any of its tables has data."""
        return reduce(or_, self.windows.values()) if self.windows else None

    @staticmethod
    def id_of(livemode: bool) -> str:
        return "ledger_live" if livemode else "ledger_test"

    @classmethod
    def open(cls, *, livemode: bool, actor: str, at: datetime) -> Ledger:
        return cls.begin(cls.Opened, id=cls.id_of(livemode), at=at, actor=actor, livemode=livemode)

    def record_load(
        self,
        *,
        account: str,
        owner: str,
        tables: dict[str, int],
        files: list[LoadedFile],
        created: dict[str, tuple[int, int]],
        brought: dict[str, tuple[int, int]],
        complete_through: int | None,
        actor: str,
        at: datetime,
    ) -> bool:
        """Make what a load wrote the version that readers see. False when the load changed nothing.

        owner             whose rows came in: an account, or `EVERYBODY`
        tables            table name -> version, of every table of the ledger
        created           table -> first and last `created` of its rows in Unix seconds, where reports are made of them
        brought           the same of this load's rows
        complete_through  until when the caller says that the owner's data is complete
        """
        owners = {**self.owners, owner: self._windows_with(owner, brought, created, complete_through)}
        windows = {
            table: reduce(or_, (loaded[table] for loaded in owners.values() if table in loaded)) for table in created
        }
        said = self.complete_through.get(owner) if complete_through is None else complete_through
        before = (self.tables, self.windows, self.owners, self.complete_through.get(owner))
        if (tables, windows, owners, said) == before:
            return False
        first = windows.get(_FIRST_TABLE)
        self.record(
            self.Loaded,
            at=at,
            actor=actor,
            account=account,
            tables=tables,
            files=[_plain(file) for file in files],
            windows=_as_lists(windows),
            owner=owner,
            owner_windows=_as_lists(owners[owner]),
            owner_complete_through=said,
            window_start=first.start if first else None,
            window_end=first.end if first else None,
        )
        return True

    def _windows_with(
        self,
        owner: str,
        brought: dict[str, tuple[int, int]],
        created: dict[str, tuple[int, int]],
        complete_through: int | None,
    ) -> Windows:
        """What loads for an owner have brought, with this one: whole UTC days around the rows.

        The end is what the caller says, where the caller says it.
        """
        windows = dict(self.owners.get(owner, {}))
        for table, (first, last) in brought.items():
            loaded = DataWindow.around(first, last)
            windows[table] = windows.get(table, loaded) | loaded
        for table, window in windows.items():
            start = max(window.start, day_of(created[table][0]))  # a changed row may have left its old day
            end = window.end if complete_through is None else complete_through
            windows[table] = DataWindow(start, max(start, end))
        return windows

    def pinned(self) -> PinnedLedger:
        return PinnedLedger(self.livemode, self.version, self.tables)


def windows_of(plain: Mapping[str, Sequence[int]]) -> Windows:
    """Windows as events and views keep them -> as values."""
    return {table: DataWindow.of(start, end) for table, (start, end) in plain.items()}


def _as_lists(windows: Windows) -> dict[str, list[int]]:
    return {table: [window.start, window.end] for table, window in windows.items()}


def _plain(file: LoadedFile) -> dict[str, Any]:
    return {name: getattr(file, name) for name in LoadedFile.__slots__}
