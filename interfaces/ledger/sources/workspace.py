"""The workspace of one load: a scratch folder, and a limit on what the load may unfold there."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

from domain.errors import LedgerRefused, StoreUnavailable

if TYPE_CHECKING:
    from typing_extensions import Buffer

MIB = 1024 * 1024

RESERVED_BYTES = 256 * MIB
"""Free disk space that a load leaves to the event log."""


class Workspace:
    """Copies of source files, unpacked or normalized, and the spill folder of the staging database.

    limit_mib  what copies and spilled rows may take together; 0 for no limit but the free disk space
    """

    def __init__(self, folder: Path, limit_mib: int) -> None:
        self._folder = folder
        self._limit_mib = limit_mib
        self._copies_bytes = 0
        self._free_bytes = max(0, shutil.disk_usage(folder).free - RESERVED_BYTES)

    @property
    def spill_folder(self) -> Path:
        return self._folder / "spill"

    def remaining_bytes(self) -> int:
        """What the staging database may spill now."""
        return max(0, self._limit_bytes - self._copies_bytes)

    def create(self, name: str) -> BinaryIO:
        """A new file whose writes count towards the limit."""
        return cast("BinaryIO", io.BufferedWriter(_CountedFile(self, self.path_of(name)), MIB))

    def create_text(self, name: str) -> TextIO:
        return io.TextIOWrapper(self.create(name), encoding="utf-8", newline="")

    def path_of(self, name: str) -> Path:
        return self._folder / name

    def remove_copies(self) -> None:
        """Remove the copies of a source file that has been staged."""
        for path in self._folder.iterdir():
            if path.is_file() and not path.name.startswith("."):
                path.unlink()
        self._copies_bytes = 0

    def count(self, more_bytes: int) -> None:
        """Raises `LedgerRefused` over the limit, and `StoreUnavailable` before the disk is full."""
        self._copies_bytes += more_bytes
        if self._copies_bytes > self._limit_bytes:
            raise self.limit_reached()

    def limit_reached(self) -> LedgerRefused | StoreUnavailable:
        if self._limit_mib and self._limit_mib * MIB <= self._free_bytes:
            return LedgerRefused(
                f"The load unfolds to more than {self._limit_mib:,} MiB on disk, the most that "
                "REPORTRUN_LOAD_UNFOLDED_MIB allows. Load less at once, or allow more."
            )
        return StoreUnavailable(
            f"The load needs more room than the disk of {self._folder.parent} has: "
            f"{self._free_bytes // MIB:,} MiB may be used. Make room, or load less at once."
        )

    @property
    def _limit_bytes(self) -> int:
        return min(self._limit_mib * MIB or self._free_bytes, self._free_bytes)


class _CountedFile(io.FileIO):
    def __init__(self, workspace: Workspace, path: Path) -> None:
        super().__init__(path, "w")
        self._workspace = workspace

    def write(self, data: Buffer, /) -> int:
        self._workspace.count(memoryview(data).nbytes)
        return super().write(data)
