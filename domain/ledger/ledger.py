"""The `Ledger` aggregate: which version of which table readers see, and where each version came from.

One ledger per mode. A load writes new versions of tables first, then one `Loaded` event. Readers see the new versions
once that event is stored, so a load of many tables is atomic. The aggregate's version is the ledger version that runs
pin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.aggregate import TextIdAggregate, TextIdCreated, TextIdEvent
from domain.errors import LedgerRefused
from domain.ledger.availability import (
    ALL_ACCOUNTS,
    DataWindow,
    Span,
    Windows,
    merged_with,
    must_be_in_order,
    must_end_after_it_begins,
    widened,
    window_around,
    windows_of,
)
from domain.ledger.loaded_file import LoadedFile
from domain.ledger.new_version import NewVersion, NewVersionOfOwner

_FIRST_TABLE = "balance_transactions"

SNAPSHOT_VERSIONS = 64
"""A snapshot is taken after this many versions at least, ..."""

_OWNERS_A_VERSION = 16
"""... and after one version for each 16 owners: it holds all owners, so it costs the more, the more there are."""


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
    TAKES_SNAPSHOTS = True

    class Event(TextIdAggregate.Event):
        pass

    class Opened(Event, TextIdCreated):
        """An empty ledger."""

        TOPIC = "ledger.opened"
        livemode: bool

    class Loaded(NewVersionOfOwner, Event):
        """A load. The owner is `ALL_ACCOUNTS` when the rows name their accounts.

        files                     `LoadedFile` values, as plain objects
        window_start, window_end  of the whole ledger's balance transactions, for readers of class version 1
        """

        TOPIC = "ledger.loaded"
        class_version = 6
        account: str
        files: list[dict[str, Any]]
        window_start: int | None
        window_end: int | None

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

        @staticmethod
        def upcast_v5_v6(state: dict[str, Any]) -> None:
            state["snapshot"] = None

    class CompletenessDeclared(NewVersionOfOwner, Event):
        """A statement about an owner's data, without rows: `tables` stay."""

        TOPIC = "ledger.completeness_declared"
        class_version = 2

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["snapshot"] = None

    class Compacted(NewVersion, Event):
        """The same rows in fewer files."""

        TOPIC = "ledger.compacted"
        files_before: int
        files_after: int

    class Vacuumed(NewVersion, Event):
        """The files of the versions before `kept_from` were given up. runs: finished ones that read such a version"""

        TOPIC = "ledger.vacuumed"
        kept_from: int
        runs: int

        def apply(self, aggregate: Ledger) -> None:
            super().apply(aggregate)
            aggregate.kept_from = self.kept_from

    def __init__(self, livemode: bool) -> None:
        self.livemode = livemode
        self.tables: dict[str, int] = {}
        self.windows: Windows = {}
        self.owners: dict[str, Windows] = {}
        self.complete_through: dict[str, int | None] = {}
        self.complete_from: dict[str, int | None] = {}
        self.kept_from = self.INITIAL_VERSION
        self.snapshot_version = self.INITIAL_VERSION

    @property
    def window(self) -> DataWindow | None:
        """The smallest window around those of all tables."""
        return window_around(self.windows)

    @staticmethod
    def id_of(livemode: bool) -> str:
        return "ledger_live" if livemode else "ledger_test"

    @classmethod
    def restored(cls, event: TextIdEvent) -> Ledger | None:
        if not isinstance(event, NewVersion) or event.snapshot is None:
            return None
        ledger = cls.blank(event, livemode=event.originator_id == cls.id_of(livemode=True))
        ledger.kept_from = event.snapshot["kept_from"]
        for owner, facts in event.snapshot["owners"].items():
            ledger.owners[owner] = windows_of(facts["windows"])
            ledger.complete_through[owner] = facts["complete_through"]
            ledger.complete_from[owner] = facts["complete_from"]
        event.apply(ledger)
        return ledger

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

        A completeness date before the owner's first row leaves an empty window, as that of an account that has begun
        since. Raises `LedgerRefused` when the load declares by itself that the data ends before it begins.
        """
        must_be_in_order(complete_from, complete_through)
        complete_from = self.complete_from.get(owner) if complete_from is None else complete_from
        declared = self.complete_through.get(owner) if complete_through is None else complete_through
        owner_windows = widened(self.owners.get(owner, {}), brought, created, complete_through, complete_from)
        if tables == self.tables and not self._is_news(owner, owner_windows, declared, complete_from):
            return False
        windows = merged_with(self.windows, self.owners, owner, owner_windows)
        first = windows.get(_FIRST_TABLE)
        self.record(
            self.Loaded,
            at=at,
            actor=actor,
            account=account,
            tables=tables,
            files=[file.plain for file in files],
            **self._facts_of_owner(owner, owner_windows, windows, declared, complete_from),
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
        must_be_in_order(complete_from, complete_through)
        through = self.complete_through.get(owner) if complete_through is None else complete_through
        complete_from = self.complete_from.get(owner) if complete_from is None else complete_from
        before = self._windows_of(owner, complete_from, through)
        owner_windows = widened(before, {}, created, complete_through, complete_from)
        must_end_after_it_begins(owner_windows, through)
        if not self._is_news(owner, owner_windows, through, complete_from):
            return False
        windows = merged_with(self.windows, self.owners, owner, owner_windows)
        self.record(
            self.CompletenessDeclared,
            at=at,
            actor=actor,
            tables=self.tables,
            **self._facts_of_owner(owner, owner_windows, windows, through, complete_from),
        )
        return True

    def record_compaction(
        self, *, tables: dict[str, int], files_before: int, files_after: int, actor: str, at: datetime
    ) -> bool:
        """Record versions of tables with the same rows as before. False when there are none."""
        if tables == self.tables:
            return False
        facts = {"files_before": files_before, "files_after": files_after}
        self._record_version(self.Compacted, tables=tables, actor=actor, at=at, **facts)
        return True

    def record_vacuum(self, *, kept_from: int, runs: int, actor: str, at: datetime) -> bool:
        """Record that only the versions from one on are kept. False when that was known."""
        if kept_from <= self.kept_from:
            return False
        self._record_version(self.Vacuumed, tables=self.tables, kept_from=kept_from, runs=runs, actor=actor, at=at)
        return True

    def _record_version(
        self, event: type[NewVersion], *, tables: dict[str, int], actor: str, at: datetime, **facts: Any
    ) -> None:
        """Record a version that says nothing new of any owner."""
        windows, snapshot = _as_lists(self.windows), self._snapshot({})
        self.record(event, at=at, actor=actor, tables=tables, windows=windows, snapshot=snapshot, **facts)

    def _is_news(self, owner: str, windows: Windows, through: int | None, complete_from: int | None) -> bool:
        known = (self.owners.get(owner), self.complete_through.get(owner), self.complete_from.get(owner))
        return (windows, through, complete_from) != known

    def _facts_of_owner(
        self, owner: str, owner_windows: Windows, windows: Windows, through: int | None, complete_from: int | None
    ) -> dict[str, Any]:
        """The fields of a `NewVersionOfOwner`, but for `tables`."""
        owned = _owner_facts(owner_windows, through, complete_from)
        return {
            "windows": _as_lists(windows),
            "owner": owner,
            **{f"owner_{name}": value for name, value in owned.items()},
            "snapshot": self._snapshot({owner: owned}),
        }

    def _snapshot(self, changed: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
        """A snapshot for the next event, if one is due. changed: the facts of owners of whom that event says more"""
        versions = self.version + 1 - self.snapshot_version
        if versions < max(SNAPSHOT_VERSIONS, len(self.owners) // _OWNERS_A_VERSION):
            return None
        owners = {
            owner: _owner_facts(windows, self.complete_through.get(owner), self.complete_from.get(owner))
            for owner, windows in self.owners.items()
        }
        return {"owners": owners | changed, "kept_from": self.kept_from}

    def _windows_of(self, owner: str, complete_from: int | None, through: int | None) -> Windows:
        """An owner's windows; of a table without rows of the owner, those of all accounts or of the whole ledger."""
        known = {**self.windows, **self.owners.get(ALL_ACCOUNTS, {}), **self.owners.get(owner, {})}
        if known:
            return known
        if complete_from is None or through is None:
            raise LedgerRefused("The ledger has no rows yet. Say both from when and through when it is complete.")
        return {_FIRST_TABLE: DataWindow(complete_from, through)}

    def pinned(self) -> PinnedLedger:
        return PinnedLedger(self.livemode, self.version, self.tables)


def _as_lists(windows: Windows) -> dict[str, list[int]]:
    return {table: [window.start, window.end] for table, window in windows.items()}


def _owner_facts(windows: Windows, through: int | None, complete_from: int | None) -> dict[str, Any]:
    """What is known of an owner, as events store it."""
    return {"windows": _as_lists(windows), "complete_through": through, "complete_from": complete_from}
