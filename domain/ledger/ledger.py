"""The `Ledger` aggregate: which version of which table readers see, and where each version came from.

One ledger per mode. A load writes new versions of tables first, then one `Loaded` event. Readers see the new versions
once that event is stored, so a load of many tables is atomic. The aggregate's version is the ledger version that runs
pin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.aggregate import TextIdAggregate, TextIdCreated
from domain.errors import LedgerRefused
from domain.ledger.availability import (
    ALL_ACCOUNTS,
    DataWindow,
    Span,
    Windows,
    merged,
    must_end_after_it_begins,
    widened,
    window_around,
    windows_of,
)

_FIRST_TABLE = "balance_transactions"

_BOOKKEEPING = ("_dlt_", "_sdc_", "_airbyte_", "_ab_", "_fivetran_", "_cq_", "batch_timestamp")
"""How the names of columns begin that connectors and Data Pipeline keep for themselves."""


def is_bookkeeping(column: str) -> bool:
    """Whether a connector keeps a column for itself: when, and by which run, it copied a row."""
    return column.lower().startswith(_BOOKKEEPING)


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file of a load, and the merge outcome of its rows.

    inserted + updated + unchanged + repeated + deleted = rows

    repeated  rows that the load has again, with the same values or a newer time stamp
    deleted   rows that are marked as deleted, and were left alone
    unread    columns that nothing reads
    """

    table: str
    file: str
    sha256: str
    rows: int
    inserted: int
    updated: int
    unchanged: int
    repeated: int = 0
    deleted: int = 0
    unread: tuple[str, ...] = ()

    @property
    def unread_data(self) -> tuple[str, ...]:
        """The columns that nothing reads, without the bookkeeping of connectors."""
        return tuple(column for column in self.unread if not is_bookkeeping(column))


@dataclass(frozen=True, slots=True)
class PinnedLedger:
    """A ledger at one version: immutable.

    version  of the ledger as a whole
    tables   table name -> version of that table
    """

    livemode: bool
    version: int
    tables: dict[str, int]


class Ledger(TextIdAggregate):
    """One mode's ledger."""

    TOPIC = "ledger"

    class Event(TextIdAggregate.Event):
        pass

    class Opened(Event, TextIdCreated):
        """An empty ledger."""

        TOPIC = "ledger.opened"
        livemode: bool

    class Loaded(Event):
        """A load: `tables` are the versions that readers see after it.

        windows                   of the whole ledger: table -> `[start, end]` in Unix seconds
        owner                     the account that owns the rows; `ALL_ACCOUNTS` when the rows name their accounts
        owner_windows             like `windows`, of all loads for that owner so far
        owner_complete_through    the owner's last declared completeness date, in Unix seconds; None without one
        owner_complete_from       from when the owner's data was declared complete, in Unix seconds; None without one
        window_start, window_end  of the whole ledger's balance transactions, for readers of class version 1
        files                     `LoadedFile` values, as plain objects
        """

        TOPIC = "ledger.loaded"
        class_version = 5
        account: str
        tables: dict[str, int]
        files: list[dict[str, Any]]
        window_start: int | None
        window_end: int | None
        windows: dict[str, list[int]]
        owner: str
        owner_windows: dict[str, list[int]]
        owner_complete_through: int | None
        owner_complete_from: int | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            start, end = state["window_start"], state["window_end"]
            state["windows"] = {} if start is None else {_FIRST_TABLE: [start, end]}

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            state["owner"], state["owner_windows"] = ALL_ACCOUNTS, state["windows"]

        @staticmethod
        def upcast_v3_v4(state: dict[str, Any]) -> None:
            state["owner_complete_through"] = None

        @staticmethod
        def upcast_v4_v5(state: dict[str, Any]) -> None:
            new = {"repeated": 0, "deleted": 0, "unread": []}
            state["files"] = [{**new, **file} for file in state["files"]]
            state["owner_complete_from"] = None

        def apply(self, aggregate: Ledger) -> None:
            aggregate.tables = self.tables
            aggregate.windows = windows_of(self.windows)
            aggregate.owners[self.owner] = windows_of(self.owner_windows)
            aggregate.complete_through[self.owner] = self.owner_complete_through
            aggregate.complete_from[self.owner] = self.owner_complete_from

    class CompletenessDeclared(Event):
        """A statement about an owner's data, without rows. The fields are those of `Loaded`; `tables` stay."""

        TOPIC = "ledger.completeness_declared"
        tables: dict[str, int]
        windows: dict[str, list[int]]
        owner: str
        owner_windows: dict[str, list[int]]
        owner_complete_through: int | None
        owner_complete_from: int | None

        def apply(self, aggregate: Ledger) -> None:
            aggregate.windows = windows_of(self.windows)
            aggregate.owners[self.owner] = windows_of(self.owner_windows)
            aggregate.complete_through[self.owner] = self.owner_complete_through
            aggregate.complete_from[self.owner] = self.owner_complete_from

    def __init__(self, livemode: bool) -> None:
        self.livemode = livemode
        self.tables: dict[str, int] = {}
        self.windows: Windows = {}
        self.owners: dict[str, Windows] = {}
        self.complete_through: dict[str, int | None] = {}
        self.complete_from: dict[str, int | None] = {}

    @property
    def window(self) -> DataWindow | None:
        """The smallest window around those of all tables."""
        return window_around(self.windows)

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
        created: dict[str, Span],
        brought: dict[str, Span],
        complete_through: int | None,
        complete_from: int | None = None,
        actor: str,
        at: datetime,
    ) -> bool:
        """Record a load, which makes its versions visible. False when it changed nothing.

        owner             an account, or `ALL_ACCOUNTS`
        tables            table name -> version, of every table of the ledger
        created           table -> span of all its rows, for the tables that reports are made of
        brought           table -> span of the rows of this load
        complete_through  the completeness date that the load declares, in Unix seconds
        complete_from     from when the load declares the owner's data complete; None keeps what was declared
        """
        begins = self.complete_from.get(owner) if complete_from is None else complete_from
        owners = {**self.owners, owner: widened(self.owners.get(owner, {}), brought, created, complete_through, begins)}
        windows = merged(owners.values())
        declared = self.complete_through.get(owner) if complete_through is None else complete_through
        before = (
            self.tables,
            self.windows,
            self.owners,
            self.complete_through.get(owner),
            self.complete_from.get(owner),
        )
        if (tables, windows, owners, declared, begins) == before:
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
            owner_complete_through=declared,
            owner_complete_from=begins,
            window_start=first.start if first else None,
            window_end=first.end if first else None,
        )
        return True

    def declare_complete(
        self,
        *,
        owner: str,
        created: dict[str, Span],
        complete_through: int | None,
        complete_from: int | None,
        actor: str,
        at: datetime,
    ) -> bool:
        """Record for which time an owner's data is complete. False when that was known.

        The declaration is about every table of the ledger: one without rows of the owner is complete and empty.

        owner    an account, or `ALL_ACCOUNTS`
        created  table -> span of all its rows, for the tables that reports are made of and that have rows

        Raises `LedgerRefused` when the owner's data would end before it begins.
        """
        through = self.complete_through.get(owner) if complete_through is None else complete_through
        begins = self.complete_from.get(owner) if complete_from is None else complete_from
        before = self._windows_of(owner, begins, through)
        must_end_after_it_begins(before, complete_through, begins)
        owners = {**self.owners, owner: widened(before, {}, created, complete_through, begins)}
        unchanged = (self.owners, self.complete_through.get(owner), self.complete_from.get(owner))
        if (owners, through, begins) == unchanged:
            return False
        self.record(
            self.CompletenessDeclared,
            at=at,
            actor=actor,
            tables=self.tables,
            windows=_as_lists(merged(owners.values())),
            owner=owner,
            owner_windows=_as_lists(owners[owner]),
            owner_complete_through=through,
            owner_complete_from=begins,
        )
        return True

    def _windows_of(self, owner: str, begins: int | None, through: int | None) -> Windows:
        """An owner's windows; of a table without rows of the owner, those of all accounts or of the whole ledger."""
        known = {**self.windows, **self.owners.get(ALL_ACCOUNTS, {}), **self.owners.get(owner, {})}
        if known:
            return known
        if begins is None or through is None:
            raise LedgerRefused("The ledger has no rows yet. Say both from when and through when it is complete.")
        return {_FIRST_TABLE: DataWindow(begins, through)}

    def pinned(self) -> PinnedLedger:
        return PinnedLedger(self.livemode, self.version, self.tables)


def _as_lists(windows: Windows) -> dict[str, list[int]]:
    return {table: [window.start, window.end] for table, window in windows.items()}


def _plain(file: LoadedFile) -> dict[str, Any]:
    return {**{name: getattr(file, name) for name in LoadedFile.__slots__}, "unread": list(file.unread)}
