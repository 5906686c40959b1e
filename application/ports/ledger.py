"""The ports for the ledger: writing a load, and reading a pinned version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from domain.ledger.ledger import PinnedLedger
from domain.ledger.loaded_file import LoadedFile


@dataclass(frozen=True, slots=True)
class LedgerSource:
    """One file to load, and the table that its rows are for."""

    table: str
    path: Path


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """A load, as the writer carries it out on top of `base`.

    account       the account that owns the rows
    owner_column  a column of the files that names the owner instead; rows where it is empty fall to `account`
    horizon       Unix seconds: rows created later are counted, and widen no window; None: no horizon
    strict        refuse files with columns that nothing reads, but for the bookkeeping of connectors
    ignore_before_opening  warn of rows that an opening balance holds already, instead of refusing them
    history       the ledger's versions, to go back to where `base` cannot be read
    """

    base: PinnedLedger
    sources: Sequence[LedgerSource]
    account: str
    owner_column: str | None = None
    horizon: int | None = None
    history: Callable[[], Sequence[PinnedLedger]] = tuple
    strict: bool = False
    ignore_before_opening: bool = False


@dataclass(frozen=True, slots=True)
class LoadOutcome:
    """What a load wrote. Readers see it when its versions are recorded in the `Ledger` aggregate, not before.

    tables           every table of the ledger -> version
    files            one for each source, in their order
    created          table -> first and last `created` of its rows in Unix seconds, for windowed tables
    created_in_load  the same, of the rows of this load up to the horizon
    owners           every account that rows of this load belong to
    beyond_horizon   rows of this load that were created later than the horizon
    rolled_back      tables of the load whose version in `base` cannot be read; an earlier one was built upon
    warnings         sentences about what the files lack, or what of them is left out
    """

    tables: dict[str, int]
    files: list[LoadedFile]
    created: dict[str, tuple[int, int]]
    created_in_load: dict[str, tuple[int, int]]
    owners: frozenset[str]
    beyond_horizon: int = 0
    rolled_back: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompactionOutcome:
    """What a compaction wrote. Readers see it when its versions are recorded in the `Ledger` aggregate, not before.

    tables      every table of the ledger -> version
    unreadable  tables that cannot be read, and were left as they are
    """

    tables: dict[str, int]
    files_before: int
    files_after: int
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VacuumOutcome:
    """What a vacuum removed.

    size        of the files, in bytes
    unreadable  tables of which a version that is kept cannot be read, and that were left as they are
    """

    files: int = 0
    size: int = 0
    unreadable: tuple[str, ...] = ()


class LedgerWriter(Protocol):
    """Writes rows into the ledger's tables."""

    def exclusive(self, livemode: bool) -> AbstractContextManager[None]:
        """Hold one mode's ledger for one load. Raises `LedgerBusy` when another load holds it."""

    def must_not_be_held(self) -> None:
        """Raises `LedgerRefused` while a backup copies the ledger's files, and names it."""

    def write(self, order: LoadOrder, progress: Callable[[str, float], None]) -> LoadOutcome:
        """Check every row of every source, then write them all: inserts, and updates of rows with a known key.

        progress  called with the current step and the share that is done, 0.0 to 1.0

        Raises `LedgerRefused`, which names file, row and column; the ledger is then unchanged.
        """

    def compact(self, ledger: PinnedLedger, progress: Callable[[str, float], None]) -> CompactionOutcome:
        """Merge small files: every table that has some gets a version with the same rows in fewer files.

        progress  called with the current step and the share that is done, 0.0 to 1.0
        """

    def vacuum(
        self, kept: Sequence[PinnedLedger], removed: Sequence[PinnedLedger], progress: Callable[[str, float], None]
    ) -> VacuumOutcome:
        """Remove the files that none of the kept versions has, of the removed versions and of loads that died.

        progress  called with the current step and the share that is done, 0.0 to 1.0
        """

    def spans(self, ledger: PinnedLedger) -> dict[str, tuple[int, int]]:
        """First and last `created` of the windowed tables that have rows and can be read, in Unix seconds."""

    def roll_back(self, base: PinnedLedger, history: Sequence[PinnedLedger]) -> dict[str, int]:
        """Give every table that cannot be read a new version with the contents of its last version that can.

        Returns these tables and their new versions.
        """


@dataclass(frozen=True, slots=True)
class Damage:
    """Why a version of a table cannot be read.

    files  paths of those that are missing, or not as they were written
    """

    files: tuple[str, ...]


class LedgerInspector(Protocol):
    """Checks the files of the ledger's tables."""

    def damage(self, livemode: bool, table: str, version: int) -> Damage | None:
        """What is wrong with the files of a table's version; None when all are as they were written."""

    def lineage(self, livemode: bool, table: str, version: int) -> frozenset[int]:
        """The table's version and the versions that it was built on."""


class LedgerStatistics(Protocol):
    """Knows sizes of a pinned ledger."""

    def rows(self, ledger: PinnedLedger, table: str) -> int | None:
        """How many rows a table has; None when that cannot be read."""


class LedgerReader(LedgerStatistics, Protocol):
    """Finds the data files of a pinned ledger."""

    def files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        """The Parquet files of a table; none when the table has no rows.

        created  leave out files with no row in `[first, last]`, Unix seconds, where the table is partitioned
        """


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a version of a table is, for an engine that reads the ledger itself.

    uri   of the Delta table, a folder or in a bucket
    rows  how many it has; None where the table's log does not say
    """

    uri: str
    version: int
    rows: int | None


class LedgerPlaces(LedgerReader, Protocol):
    """Says where a pinned ledger lies. Nothing is fetched."""

    def place(self, ledger: PinnedLedger, table: str) -> TablePlace | None:
        """Where a table is; None for one without rows."""

    def stored_files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        """As `files`, at their addresses in the ledger."""

    def stored_bytes(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> int:
        """What these files take."""


class LedgerLookup(Protocol):
    """Looks up single rows of a pinned ledger."""

    def has_payout(self, ledger: PinnedLedger, account: str, payout: str) -> bool:
        """Whether the account has the payout. Call it from a thread: a ledger in a bucket is fetched for it.

        Raises `StoreUnavailable`.
        """

    def may_have_category(self, ledger: PinnedLedger, accounts: Sequence[str], category: str) -> bool:
        """Whether balance transactions of these accounts have the reporting category. Call it from a thread.

        True where finding out would fetch the table, as from a bucket. Raises `StoreUnavailable`.
        """

    def has_payout_ids(self, ledger: PinnedLedger) -> bool:
        """Whether balance transactions name the payouts that settle them. Call it from a thread."""


@dataclass(frozen=True, slots=True)
class FoundPayout:
    """One payout of a search. amount: in minor units; created: Unix seconds"""

    id: str
    amount: int
    currency: str
    created: int
    status: str
    automatic: bool


class LedgerSearch(Protocol):
    """Searches rows of a pinned ledger. Call it from a thread: a ledger in a bucket may be fetched for it."""

    def currencies(self, ledger: PinnedLedger, table: str, accounts: Sequence[str]) -> Sequence[str]:
        """The currencies of a table's rows of these accounts, in alphabetical order.

        Nothing where finding out would fetch the table, as from a bucket.
        """

    def payouts(self, ledger: PinnedLedger, account: str, text: str, most: int) -> Sequence[FoundPayout]:
        """The newest payouts of an account that a text fits, in small letters; all of them fit an empty one."""
