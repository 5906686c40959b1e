"""The files of the transparency log in a folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from interfaces.host.disk.fsync import fsync

MOST_FLUSHED = 128
"""Files that are flushed to disk one by one, as those of a second under load are, so that requests do not wait for all
that the system holds to be flushed; for more of them that is quicker."""


class TileFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.place = str(folder)

    def read(self, path: str) -> bytes:
        try:
            return (self._folder / path).read_bytes()
        except (NotADirectoryError, IsADirectoryError):
            raise FileNotFoundError(path) from None

    def write(self, files: Mapping[str, bytes]) -> None:
        flush = len(files) <= MOST_FLUSHED
        for path, content in files.items():
            self._write(self._folder / path, content, flush=flush)
        if not flush:
            os.sync()
            return
        for folder in {(self._folder / path).parent for path in files}:
            fsync(folder)

    def remove_below(self, path: str) -> None:
        shutil.rmtree(self._folder / path, ignore_errors=True)

    def _write(self, file: Path, content: bytes, *, flush: bool) -> None:
        """The file appears under its name when it is whole. That it does is durable when its folder is flushed."""
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.part")
        with part.open("wb") as made:
            made.write(content)
            if flush:
                made.flush()
                os.fsync(made.fileno())
        part.replace(file)
