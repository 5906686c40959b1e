"""The port for report engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from domain.access.caller import Scope
from domain.ledger.ledger import PinnedLedger
from domain.report_types import ReportType
from domain.runs.run_parameters import RunParameters


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """One report to compute.

    accounts  that own its rows: the caller's account, or those connected to it
    """

    report_type: ReportType
    parameters: RunParameters
    scope: Scope
    ledger: PinnedLedger
    accounts: tuple[str, ...]


class ReportPieces(Protocol):
    """A finished file that lies where the engine wrote it, piece by piece. Close it, and it is removed from there."""

    @property
    def rows(self) -> int:
        """Lines below the header, once all pieces have been read."""

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A report that an engine has written.

    rows    lines below the header; 0 for a report in pieces, which count them as they are read
    engine  the engine that did it and its version: `duckdb 2.0.1`
    pieces  the file, where it is too large to lie in the worker's own folder; None: it is the target
    """

    rows: int
    engine: str
    pieces: ReportPieces | None = None


class ReportEngine(Protocol):
    """Computes reports."""

    @property
    def name(self) -> str:
        """Engine and version, as events record it: `duckdb 2.0.0`. Asked before any work, it raises nothing."""

    def can_run(self, report_type: ReportType) -> bool: ...

    def write_csv(
        self, order: ReportOrder, target: Path, *, time_limit_seconds: float, progress: Callable[[float], None]
    ) -> WrittenReport:
        """Write the report to `target` as CSV, or give it in pieces.

        progress  called now and then with the part that is done, 0.0 to 1.0

        Raises `ReportTimedOut` past the limit, `ReportFailed` with a sentence for anything else that goes wrong.
        """
