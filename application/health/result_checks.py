"""Checks of result files: whether new ones can be made, and whether those on record are there and unchanged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from application.health.findings import Finding, Level, good, wrong
from application.history.result_digest import stored_digest
from application.ports.results import ResultStore
from application.views.files import FileList, FileRow
from domain.counting import counted
from domain.errors import NotFound

FILES_AT_ONCE = 50
"""Result files that are looked for concurrently: in a bucket each takes a round trip. A summary looks for so many."""

FILES_A_QUERY = 1_000

NAMED_RUNS = 5
"""A finding names so many runs, and counts the others."""


class Fault(StrEnum):
    """What is wrong with a result file."""

    MISSING = "missing"
    DAMAGED = "damaged"


_Look = Callable[[FileRow], Awaitable[Fault | None]]
"""Looks at one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultChecks:
    """Looks for result files.

    place       folder or address of the result files, for sentences
    only_reads  whether this user is not expected to make result files
    must_reach  raises `StoreUnavailable` when their bucket cannot be reached
    """

    files: FileList
    results: ResultStore
    place: str
    only_reads: bool = False
    must_reach: Callable[[], None] = lambda: None

    def summary(self) -> Finding:
        """Whether a file can be made, and the first files are there. Raises `StoreUnavailable`."""
        self.must_reach()
        return self._fault_in_making() or asyncio.run(self._some())

    def thorough(self, progress: Callable[[int], None]) -> list[Finding]:
        """Whether a file can be made, and every one is there and unchanged. Raises `StoreUnavailable`.

        progress  called with how many were read
        """
        self.must_reach()
        fault = self._fault_in_making()
        return [fault] if fault else asyncio.run(self._every(progress))

    def of_record(self, progress: Callable[[int], None]) -> list[Finding]:
        """The same of the files on record alone."""
        return asyncio.run(self._every(progress))

    def _fault_in_making(self) -> Finding | None:
        if self.only_reads:
            return None
        try:
            with self.results.workspace() as made:
                made.touch()
        except OSError as trouble:
            return wrong(f"No result file can be made for {self.place}: {trouble.strerror}. Name another place.")
        return None

    async def _some(self) -> Finding:
        some = await self.files.by_id(after="", limit=FILES_AT_ONCE + 1)
        faults = await _faults(some[:FILES_AT_ONCE], self._presence)
        found = _found(self.place, faults, len(some))[0]
        if found.level is not Level.GOOD:
            return found
        are_there = f"{FILES_AT_ONCE} of them" if len(some) > FILES_AT_ONCE else "They"
        unread = f" {are_there} are there, and were not read: `--deep` reads each." if some else ""
        return found._replace(sentence=f"Result files are kept in {self.place}.{unread}")

    async def _every(self, progress: Callable[[int], None]) -> list[Finding]:
        faults: list[tuple[str, Fault]] = []
        last, read = "", 0
        while rows := await self.files.by_id(after=last, limit=FILES_A_QUERY):
            for first in range(0, len(rows), FILES_AT_ONCE):
                some = rows[first : first + FILES_AT_ONCE]
                faults += await _faults(some, self._content)
                read += len(some)
                progress(read)
            last = rows[-1].id
        return _found(self.place, faults, read)

    async def _presence(self, file: FileRow) -> Fault | None:
        """A file that is cut short counts as missing."""
        try:
            last = [chunk async for chunk in self.results.read(file.id, file.size - 1, 1)]
        except NotFound:
            last = []
        return None if last else Fault.MISSING

    async def _content(self, file: FileRow) -> Fault | None:
        try:
            digest = await stored_digest(self.results, file.id, file.size)
        except NotFound:
            return Fault.MISSING
        return None if digest == file.sha256 else Fault.DAMAGED


async def _faults(files: Sequence[FileRow], look: _Look) -> list[tuple[str, Fault]]:
    """The runs of these files that have a fault, and the fault."""
    found = await asyncio.gather(*map(look, files))
    return [(file.run_id, fault) for file, fault in zip(files, found, strict=True) if fault is not None]


def _found(place: str, faults: Sequence[tuple[str, Fault]], files: int) -> list[Finding]:
    """files: that were looked at"""
    if not faults:
        return [good(f"Result files are kept in {place}: {files:,} were read, and each has the digest on record.")]
    words = {
        Fault.MISSING: ("lacks", "result file", "result files"),
        Fault.DAMAGED: (
            "has",
            "result file that is not what its run made",
            "result files that are not what their runs made",
        ),
    }
    found = []
    for fault, (verb, one, several) in words.items():
        runs = [run for run, its_fault in faults if its_fault is fault]
        if runs:
            about = f"{place} {verb} {counted(len(runs), one, several)}, {_named(runs)}."
            found.append(wrong(f"{about} {_remedy(runs[0])}"))
    return found


def _named(runs: Sequence[str]) -> str:
    more = f", and {len(runs) - NAMED_RUNS:,} more" if len(runs) > NAMED_RUNS else ""
    return f"such as that of {', '.join(runs[:NAMED_RUNS])}{more}"


def _remedy(run: str) -> str:
    return (
        f"Copy them from a backup, or make them again: `reportrun run --as-of-run {run} --out FILE` does so from the "
        "data of then."
    )
