"""The port for the files of the transparency log: tiles, bundles of entries and the newest checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class TileFiles(Protocol):
    """Files by their path below the log's prefix, such as `tile/0/000` or `checkpoint`.

    place  the folder or address, for sentences
    """

    @property
    def place(self) -> str: ...

    def read(self, path: str) -> bytes:
        """Raises `FileNotFoundError`, and `StoreUnavailable` without a connection."""

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files; they are durable when this returns. Raises `StoreUnavailable`, and `OSError`."""

    def remove_below(self, path: str) -> None:
        """Remove the files in a folder, which may be missing."""
