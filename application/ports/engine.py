"""The port for report engines."""

from __future__ import annotations

from collections.abc import Callable
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
