"""Where a result is while it is made: in a folder of this process, which goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.ids import random_id
from interfaces.host.scratch_folder import ScratchFolder


class Making:
    """Places for files that are being made, in folders of a parent whose names begin with a prefix."""

    def __init__(self, parent: Path, prefix: str) -> None:
        self._parent = parent
        self._prefix = prefix
        self._own: ScratchFolder | None = None

    @contextmanager
    def place(self) -> Iterator[Path]:
        """The path of a new file, which is gone afterwards unless it was moved."""
        made = self._folder() / random_id("part")
        try:
            yield made
        finally:
            made.unlink(missing_ok=True)

    def _folder(self) -> Path:
        if self._own is None or not self._own.path.is_dir():  # a disk may have been mounted over it, or taken away
            self._own = ScratchFolder(self._parent, self._prefix)
        return self._own.path
