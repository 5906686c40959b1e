"""The port for result files."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A kept file: size in bytes, SHA-256 as hex."""

    size: int
    sha256: str


class ListedResult(NamedTuple):
    """A kept file. kept_at: Unix seconds, by the clock of the storage"""

    file_id: str
    kept_at: float


class ResultStore(Protocol):
    """Keeps the files that runs made."""

    def workspace(self) -> AbstractContextManager[Path]:
        """A path for a file that is being made; what is left there afterwards is removed."""

    def keep(self, file_id: str, made: Path) -> StoredResult:
        """Move a finished file in, durably: after this returns, a power cut does not lose it."""

    def keep_stream(self, file_id: str, pieces: Iterable[bytes]) -> StoredResult:
        """Keep a file that comes in pieces, in one pass over them. Nothing is kept when a piece fails to come."""

    def read(self, file_id: str, start: int, length: int) -> AsyncGenerator[bytes]:
        """`length` bytes from `start`, in chunks. Raises `NotFound` when the bytes are gone."""

    def remove(self, file_id: str) -> None:
        """Forget the bytes, if they are there. Raises `StoreUnavailable` without a connection."""

    def listed(self) -> Iterator[ListedResult]:
        """Every kept file, in any order. What else lies there is passed over. Raises `StoreUnavailable`."""
