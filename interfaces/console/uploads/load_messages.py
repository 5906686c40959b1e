"""What the console and the process of a load say to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.ledger.availability import DataWindow
from domain.ledger.loaded_file import LoadedFile

GREETING = "ready to load"


@dataclass(frozen=True, slots=True)
class StagedLoad:
    """Load the files of a folder.

    table     that all of them are for; empty: each is for the table that it is named after
    account   owner of the rows
    actor     who loads
    remark    a sentence about what was left out of the upload; empty for none
    The others are those of `LoadFiles`.
    """

    folder: Path
    table: str
    livemode: bool
    account: str
    actor: str
    remark: str = ""
    owner_column: str | None = None
    complete_from: int | None = None
    complete_through: int | None = None
    strict: bool = False
    ignore_before_opening: bool = False


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """The step that is under way, and the share of it that is done, 0.0 to 1.0."""

    step: str
    part: float


@dataclass(frozen=True, slots=True)
class LoadReport:
    """A load that has succeeded.

    version  of the ledger, after it
    remarks  sentences about files that were left out, rows that are probably wrong, and windows
    """

    version: int
    window: DataWindow | None
    changed: bool
    files: Sequence[LoadedFile]
    remarks: Sequence[str]


@dataclass(frozen=True, slots=True)
class LoadRefusal:
    """Why a load has no report; the loader's own sentence, with a line for each file where several are at fault.

    is_certain  whether nothing was loaded for sure; not where the trouble may have come after the load was stored
    """

    sentence: str
    is_certain: bool = True
