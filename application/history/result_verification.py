"""The verification of a result: whether its bytes are those that the log speaks of, and can be made again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from application.log.event_store import EventStore
from domain.errors import NotFound, ReportFailed, ResultDiffers
from domain.runs.report_run import ReportRun

NAMED_MAKERS = 10
"""Of the runs that made the same bytes, so many are named."""

Progress = Callable[[float], None]


class ResultVerdict(IntEnum):
    """The numbers are the exit codes of the command; 1 and 2 are those of every command."""

    SAME = 0
    NOT_ON_RECORD = 3
    NOT_REPRODUCED = 4


class VerifiedResult(NamedTuple):
    """sentences: what was found, in order"""

    verdict: ResultVerdict
    sentences: tuple[str, ...]


class Makers(NamedTuple):
    """The runs that made the same bytes: the first ones, oldest first, and how many there are."""

    named: tuple[ReportRun.Succeeded, ...]
    runs: int

    @property
    def first(self) -> ReportRun.Succeeded | None:
        return next(iter(self.named), None)

    @property
    def sentence(self) -> str:
        """Empty for less than two."""
        if self.runs < 2:
            return ""
        ids = ", ".join(success.originator_id for success in self.named)
        more = f", and {self.runs - len(self.named):,} more" if self.runs > len(self.named) else ""
        return (
            f"{self.runs:,} runs have made these bytes: {ids}{more}. `--run` names the one that the file is to be of."
        )


class Likeness(StrEnum):
    """Of a file that was made again, and the one on record."""

    EQUAL = "equal"
    DIFFERENT = "different"
    NOT_MADE = "not made"


class Comparison(NamedTuple):
    """What came of making a file again.

    on_record  the SHA-256 on record, hex
    made       that of the new file; empty where none was made
    reason     why none was made, in a sentence
    stored     that of the bytes that are stored now; empty where these are gone, or were not looked at
    """

    likeness: Likeness
    ledger_version: int
    on_record: str
    made: str = ""
    reason: str = ""
    stored: str = ""


class Remake(Protocol):
    def __call__(self, run_id: str, target: Path, progress: Progress, /) -> ReportRun.Succeeded:
        """Make the file of a run again. Raises `ResultDiffers`, or why it cannot be made."""


class ResultVerification:
    def __init__(self, events: EventStore, make_again: Remake) -> None:
        self._events = events
        self._make_again = make_again

    def success_of(self, run_id: str) -> ReportRun.Succeeded:
        """What is on record of a run's result. Raises `NotFound`."""
        events = self._events.events_of(run_id)
        found = next((event for event in events if isinstance(event, ReportRun.Succeeded)), None)
        if found is None:
            raise NotFound("report run with a result", run_id)
        return found

    def makers_of(self, sha256: str) -> Makers:
        """The runs on record whose results have a digest, which runs of the same data do. Streams the log."""
        named: list[ReportRun.Succeeded] = []
        count = 0
        for success in self._successes():
            if success.sha256 == sha256:
                count += 1
                named += [success] if len(named) < NAMED_MAKERS else []
        return Makers(tuple(named), count)

    def compared(self, name: str, sha256: str, success: ReportRun.Succeeded | None) -> VerifiedResult:
        """Compare a digest with the record. name: of the bytes that have it, as sentences show it"""
        if success is None:
            sentence = f"No run in the log has made {name}: its sha256 {sha256} is on no record."
            return VerifiedResult(ResultVerdict.NOT_ON_RECORD, (sentence,))
        run_id = success.originator_id
        if success.sha256 != sha256:
            sentence = (
                f"{name} is not what {run_id} has made: it has sha256 {sha256}, and on record is {success.sha256}."
            )
            return VerifiedResult(ResultVerdict.NOT_ON_RECORD, (sentence,))
        at = success.timestamp.isoformat(timespec="seconds").replace("+00:00", "Z")
        return VerifiedResult(
            ResultVerdict.SAME, (f"{name} is what {run_id} made at {at}: sha256 {sha256}, {success.rows:,} rows.",)
        )

    def remade(self, run_id: str, scratch: Path, progress: Progress) -> VerifiedResult:
        """Make the result again, in a temporary folder."""
        try:
            success = self._make_again(run_id, scratch / "again.csv", progress)
        except (ReportFailed, NotFound) as failure:
            return VerifiedResult(ResultVerdict.NOT_REPRODUCED, (f"It was not made again: {failure}",))
        sentence = f"Made again from ledger version {success.ledger_version}, it is the same, byte for byte."
        return VerifiedResult(ResultVerdict.SAME, (sentence,))

    def comparison(self, run_id: str, scratch: Path, progress: Progress) -> Comparison:
        """Make the result again, in a temporary folder, and compare digests. Raises `NotFound` where there is none."""
        success = self.success_of(run_id)
        version, on_record = success.ledger_version, success.sha256
        try:
            self._make_again(run_id, scratch / "again.csv", progress)
        except ResultDiffers as other:
            return Comparison(Likeness.DIFFERENT, version, on_record, other.made)
        except (ReportFailed, NotFound) as failure:
            return Comparison(Likeness.NOT_MADE, version, on_record, reason=str(failure))
        return Comparison(Likeness.EQUAL, version, on_record, on_record)

    def _successes(self) -> Iterator[ReportRun.Succeeded]:
        return (event for _, event in self._events.stream() if isinstance(event, ReportRun.Succeeded))


def digest_of_file(file: Path) -> str:
    """The SHA-256 of a file, hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
