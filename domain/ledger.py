"""The `Ledger` aggregate: which version of which table readers see, and where each version came from.

One ledger per mode. A load writes new versions of tables first, and then one `Loaded` event; until that event is
stored nobody sees what was written, so a load of many tables is all or nothing. The aggregate's version is the ledger
version that runs pin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.aggregate import TextIdAggregate, TextIdCreated
from domain.data_window import DataWindow
from domain.instants import DAY_SECONDS


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

        window_start, window_end  Unix seconds; None while there is no balance transaction
        files                     `LoadedFile` values, as plain objects
        """

        TOPIC = "ledger.loaded"
        account: str
        tables: dict[str, int]
        files: list[dict[str, Any]]
        window_start: int | None
        window_end: int | None

        def apply(self, aggregate: Ledger) -> None:
            aggregate.tables = self.tables
            aggregate.window = (
                DataWindow(self.window_start, self.window_end)
                if self.window_start is not None and self.window_end is not None
                else None
            )

    def __init__(self, livemode: bool) -> None:
        self.livemode = livemode
        self.tables: dict[str, int] = {}
        self.window: DataWindow | None = None

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
        created: tuple[int, int] | None,
        complete_through: int | None,
        actor: str,
        at: datetime,
    ) -> bool:
        """Make what a load wrote the version that readers see. False when the load changed nothing.

        tables            table name -> version, of every table of the ledger
        created           first and last `created` of all balance transactions, Unix seconds
        complete_through  until when the caller says that the ledger is complete
        """
        window = self._window_after(created, complete_through)
        if tables == self.tables and window == self.window:
            return False
        self.record(
            self.Loaded,
            at=at,
            actor=actor,
            account=account,
            tables=tables,
            files=[_plain(file) for file in files],
            window_start=window.start if window else None,
            window_end=window.end if window else None,
        )
        return True

    def pinned(self) -> PinnedLedger:
        return PinnedLedger(self.livemode, self.version, self.tables)

    def _window_after(self, created: tuple[int, int] | None, complete_through: int | None) -> DataWindow | None:
        """Whole UTC days around the data; its end is what the caller says, where the caller says it."""
        if created is None:
            return self.window
        first, last = created
        start = first - first % DAY_SECONDS
        if complete_through is not None:
            return DataWindow(start, max(complete_through, start))
        day_after = last - last % DAY_SECONDS + DAY_SECONDS
        return DataWindow(start, max(day_after, self.window.end if self.window else 0))


def _plain(file: LoadedFile) -> dict[str, Any]:
    return {name: getattr(file, name) for name in LoadedFile.__slots__}
