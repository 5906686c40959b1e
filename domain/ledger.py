"""The `Ledger` aggregate: which version of which table readers see, and where each version came from.

One ledger per mode. A load writes new versions of tables first, and then one `Loaded` event; until that event is
stored nobody sees what was written, so a load of many tables is all or nothing. The aggregate's version is the ledger
version that runs pin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.aggregate import TextIdAggregate, TextIdCreated
from domain.data_window import DataWindow
from domain.instants import DAY_SECONDS

_FIRST_TABLE = "balance_transactions"


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

        windows                   table -> `[start, end]` in Unix seconds, for each table that reports are made of and
                                  that has rows
        window_start, window_end  those of balance transactions, for programs that know of no others
        files                     `LoadedFile` values, as plain objects
        """

        TOPIC = "ledger.loaded"
        class_version = 2
        account: str
        tables: dict[str, int]
        files: list[dict[str, Any]]
        window_start: int | None
        window_end: int | None
        windows: dict[str, list[int]]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            start, end = state["window_start"], state["window_end"]
            state["windows"] = {} if start is None else {_FIRST_TABLE: [start, end]}

        def apply(self, aggregate: Ledger) -> None:
            aggregate.tables = self.tables
            aggregate.windows = windows_of(self.windows)

    def __init__(self, livemode: bool) -> None:
        self.livemode = livemode
        self.tables: dict[str, int] = {}
        self.windows: dict[str, DataWindow] = {}

    @property
    def window(self) -> DataWindow | None:
        """From when until when any of its tables has data."""
        if not self.windows:
            return None
        windows = self.windows.values()
        return DataWindow(min(one.start for one in windows), max(one.end for one in windows))

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
        tables: dict[str, int],
        files: list[LoadedFile],
        created: dict[str, tuple[int, int]],
        complete_through: int | None,
        actor: str,
        at: datetime,
    ) -> bool:
        """Make what a load wrote the version that readers see. False when the load changed nothing.

        tables            table name -> version, of every table of the ledger
        created           table -> first and last `created` of its rows in Unix seconds, where reports are made of them
        complete_through  until when the caller says that the ledger is complete
        """
        windows = {
            table: _window_around(between, self.windows.get(table), complete_through)
            for table, between in created.items()
        }
        if tables == self.tables and windows == self.windows:
            return False
        first = windows.get(_FIRST_TABLE)
        self.record(
            self.Loaded,
            at=at,
            actor=actor,
            account=account,
            tables=tables,
            files=[_plain(file) for file in files],
            windows={table: [window.start, window.end] for table, window in windows.items()},
            window_start=first.start if first else None,
            window_end=first.end if first else None,
        )
        return True

    def pinned(self) -> PinnedLedger:
        return PinnedLedger(self.livemode, self.version, self.tables)


def windows_of(plain: Mapping[str, Sequence[int]]) -> dict[str, DataWindow]:
    """Windows as events and views keep them -> as values."""
    return {table: DataWindow(start, end) for table, (start, end) in plain.items()}


def _window_around(between: tuple[int, int], before: DataWindow | None, complete_through: int | None) -> DataWindow:
    """Whole UTC days around the data; its end is what the caller says, where the caller says it."""
    first, last = between
    start = first - first % DAY_SECONDS
    if complete_through is not None:
        return DataWindow(start, max(complete_through, start))
    day_after = last - last % DAY_SECONDS + DAY_SECONDS
    return DataWindow(start, max(day_after, before.end if before else 0))


def _plain(file: LoadedFile) -> dict[str, Any]:
    return {name: getattr(file, name) for name in LoadedFile.__slots__}
