"""Workspaces: paths for files that are being made, in a scratch folder of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.ids import random_id
from interfaces.host.scratch_folder import ScratchFolder


class Workspaces:
    """Makes paths in a scratch folder below `parent`, the folder's name beginning with `prefix`; from any thread."""

    def __init__(self, parent: Path, prefix: str) -> None:
        self._parent = parent
        self._prefix = prefix
        self._scratch: ScratchFolder | None = None
        self._lock = threading.Lock()

    @contextmanager
    def open(self) -> Iterator[Path]:
        """The path of a new file, which is removed afterwards unless it was moved."""
        path = self._folder() / random_id("part")
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _folder(self) -> Path:
        with self._lock:  # a second folder would have the first one removed, with what another thread makes in it
            if self._scratch is None or not self._scratch.path.is_dir():  # its disk was removed, or another is mounted
                self._scratch = ScratchFolder(self._parent, self._prefix)
            return self._scratch.path
