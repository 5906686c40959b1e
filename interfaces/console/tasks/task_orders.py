"""What the console orders from a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

GREETING = "ready"


@dataclass(frozen=True, slots=True)
class WorkbookOrder:
    """Write a result as a workbook. The answer is its number of rows.

    sha256  of the file on record, hex
    rows    of the file as far as is known, so that one too large for a sheet is refused at once
    target  in a folder for temporary files
    """

    file_id: str
    size: int
    sha256: str
    rows: int
    decimal_separator: str
    target: Path


@dataclass(frozen=True, slots=True)
class ComparisonOrder:
    """Make a run's file again. The answer is a `Comparison`."""

    run_id: str
