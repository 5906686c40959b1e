"""The folder of an export: written whole, and read for its check."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from domain.errors import InvalidParameter

MAX_FILE_BYTES = 16 * 1024 * 1024
"""No file of an export is larger than an event may be."""


class ExportFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes:
        """Raises `FileNotFoundError` with the name, also for a file that is too large to be one of an export."""
        file = self._folder / name
        if not file.is_file() or file.stat().st_size > MAX_FILE_BYTES:
            raise FileNotFoundError(name)
        return file.read_bytes()

    def names(self, folder: str) -> Collection[str]:
        place = self._folder / folder
        return [entry.name for entry in place.iterdir()] if place.is_dir() else []

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Raises `InvalidParameter` for a folder that has something in it already."""
        if self._folder.exists() and not (self._folder.is_dir() and not any(self._folder.iterdir())):
            raise InvalidParameter(f"{self._folder} is there already. Name a new folder, or an empty one.")
        for name, content in contents.items():
            file = self._folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


class ExportContents:
    """The same files before they are written, by path."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents

    def read(self, name: str) -> bytes:
        """Raises `FileNotFoundError` with the name."""
        if name not in self._contents:
            raise FileNotFoundError(name)
        return self._contents[name]

    def names(self, folder: str) -> Collection[str]:
        return [name.partition("/")[2] for name in self._contents if name.startswith(f"{folder}/")]
