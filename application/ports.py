"""What the application needs from outside the process, as Protocols; `interfaces/` implements them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from domain.caller import Scope
from domain.ledger import LoadedFile, PinnedLedger
from domain.report_types import ReportType
from domain.run_parameters import RunParameters


class Clock(Protocol):
    """Gives the time: aware UTC."""

    def now(self) -> datetime: ...


# ---------------------------------------------------------------- the ledger


@dataclass(frozen=True, slots=True)
class LedgerSource:
    """One file to load, and the table that its rows are for."""

    table: str
    path: Path


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """What to write on top of `base`.

    account       the account that owns the rows
    owner_column  a column of the files that names the owner instead; rows where it is empty fall to `account`
    """

    base: PinnedLedger
    sources: Sequence[LedgerSource]
    account: str
    owner_column: str | None = None


@dataclass(frozen=True, slots=True)
class LoadOutcome:
    """What a load wrote. Readers see it when its versions are recorded in the `Ledger` aggregate, not before.

    tables   every table of the ledger -> version
    files    one a source, in their order
    created  table -> first and last `created` of its rows in Unix seconds, for the tables that reports are made of
    brought  the same of the rows of this load
    owners   every account that rows of this load belong to
    """

    tables: dict[str, int]
    files: list[LoadedFile]
    created: dict[str, tuple[int, int]]
    brought: dict[str, tuple[int, int]]
    owners: frozenset[str]


class LedgerWriter(Protocol):
    """Writes rows into the ledger's tables."""

    def exclusive(self, livemode: bool) -> AbstractContextManager[None]:
        """Hold one mode's ledger for one load. Raises `LedgerBusy` when another load holds it."""

    def write(self, order: LoadOrder, progress: Callable[[str, float], None]) -> LoadOutcome:
        """Check every row of every source, then write them all: inserts, and updates of rows with a known key.

        progress  called with what is being done and how much of it is done, 0.0 to 1.0

        Raises `LedgerRefused`, which names file, row and column, and then leaves the ledger as it was.
        """


class LedgerReader(Protocol):
    """Finds the data of a pinned ledger."""

    def files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        """The Parquet files of a table; none when the table has no rows.

        created  leave out files with no row in `[first, last]`, Unix seconds, where the table is partitioned
        """


class LedgerLookup(Protocol):
    """Answers questions about single rows of a pinned ledger."""

    def has_payout(self, ledger: PinnedLedger, account: str, payout: str) -> bool:
        """Whether the account has the payout. Takes milliseconds: call it from a thread."""


# ---------------------------------------------------------------- reports


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """One report to compute.

    accounts  whose rows it holds: the caller's own account, or those that are connected to it
    """

    report_type: ReportType
    parameters: RunParameters
    scope: Scope
    ledger: PinnedLedger
    accounts: tuple[str, ...]


class ReportEngine(Protocol):
    """Computes reports."""

    @property
    def name(self) -> str:
        """Engine and version, as events record it: `duckdb 2.0.0`."""

    def can_run(self, report_type: ReportType) -> bool: ...

    def write_csv(
        self, order: ReportOrder, target: Path, *, time_limit_seconds: float, progress: Callable[[float], None]
    ) -> int:
        """Write the report to `target` as CSV and give its number of rows, the header not counted.

        progress  called now and then with the part that is done, 0.0 to 1.0

        Raises `ReportTimedOut` past the limit, `ReportFailed` with a sentence for anything else that goes wrong.
        """


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A kept file: size in bytes, SHA-256 as hex."""

    size: int
    sha256: str


class ResultStore(Protocol):
    """Keeps the files that runs made."""

    def workspace(self) -> AbstractContextManager[Path]:
        """A path for a file that is being made; what is left there afterwards is removed."""

    def keep(self, file_id: str, made: Path) -> StoredResult:
        """Move a finished file in, durably: after this returns, a power cut does not lose it."""

    def read(self, file_id: str, start: int, length: int) -> AsyncIterator[bytes]:
        """`length` bytes from `start`, in chunks. Raises `NotFound` when the bytes are gone."""

    def remove(self, file_id: str) -> None:
        """Forget the bytes, if they are there."""


# ---------------------------------------------------------------- work


class Claims(Protocol):
    """Leases on pending runs. They spread work; what makes a result count once is the aggregate's version."""

    def take(self, worker: str, lease_seconds: float) -> str | None:
        """Claim a pending run that nobody works on, and give its id; None when there is none."""

    def hold(self, run_id: str, account: str, worker: str, lease_seconds: float) -> None:
        """Claim a run of which no other worker knows yet."""

    def renew(self, run_id: str, worker: str, lease_seconds: float) -> bool:
        """Hold a claim longer. False when another worker has it by now."""

    def release(self, run_id: str, worker: str) -> None:
        """Give a claim up: the run has finished, or anybody may take it at once."""

    def postpone(self, run_id: str, worker: str, seconds: float) -> None:
        """Give a claim up, but let nobody take it before `seconds` have passed."""


class LogWatch(Protocol):
    """Says when the log may have grown, in this process or another."""

    def wait(self, timeout_seconds: float) -> None:
        """Return when the log may have grown since the last call, or after the time."""

    def wake(self) -> None:
        """End a `wait` now."""
