"""Checks of result files: whether new ones can be made, and whether those on record are there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from application.health import Finding, good, wrong
from application.ports.results import ResultStore
from application.views.files import FileList, FileRow
from domain.errors import NotFound

FILES_AT_ONCE = 50
"""Result files that are looked for concurrently: in a bucket each takes a round trip. A summary looks for so many."""

FILES_A_QUERY = 1_000


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

    def thorough(self, progress: Callable[[int], None]) -> Finding:
        """Whether a file can be made, and every one is there. Raises `StoreUnavailable`.

        progress  called with how many were looked for
        """
        self.must_reach()
        return self._fault_in_making() or asyncio.run(self._every(progress))

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
        found = self._finding(await self._lacking(some[:FILES_AT_ONCE]))
        if len(some) <= FILES_AT_ONCE:
            return found
        sample = f"{FILES_AT_ONCE} of them were looked for; `--deep` looks for each."
        return found._replace(sentence=f"{found.sentence} {sample}")

    async def _every(self, progress: Callable[[int], None]) -> Finding:
        lacking: list[str] = []
        last, looked_for = "", 0
        while rows := await self.files.by_id(after=last, limit=FILES_A_QUERY):
            for first in range(0, len(rows), FILES_AT_ONCE):
                lacking += await self._lacking(rows[first : first + FILES_AT_ONCE])
            last, looked_for = rows[-1].id, looked_for + len(rows)
            progress(looked_for)
        return self._finding(lacking)

    async def _lacking(self, files: Sequence[FileRow]) -> list[str]:
        """The runs of these files that are gone, or cut short."""
        whole = await asyncio.gather(*map(self._is_there, files))
        return [file.run_id for file, there in zip(files, whole, strict=True) if not there]

    async def _is_there(self, file: FileRow) -> bool:
        try:
            return [chunk async for chunk in self.results.read(file.id, file.size - 1, 1)] != []
        except NotFound:
            return False

    def _finding(self, lacking: Sequence[str]) -> Finding:
        """lacking: runs without their files"""
        if not lacking:
            return good(f"Result files are kept in {self.place}.")
        return wrong(
            f"{self.place} lacks {len(lacking):,} result files, such as that of {lacking[0]}. "
            "Restore them, or ask for these reports again."
        )
