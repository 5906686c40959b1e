"""Result files in memory."""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from application.ports.results import ListedResult, StoredResult
from domain.errors import NotFound
from interfaces.host.workspaces import Workspaces


class MemoryResultStore:
    """Bytes by id. An engine writes to a path, so what is being made lies in a folder even here."""

    def __init__(self, making: Path) -> None:
        self._workspaces = Workspaces(making, "result-")
        self.kept: dict[str, bytes] = {}
        self.kept_at: dict[str, float] = {}

    def workspace(self) -> AbstractContextManager[Path]:
        return self._workspaces.open()

    def keep(self, file_id: str, made: Path) -> StoredResult:
        contents = made.read_bytes()
        made.unlink()
        return self.keep_stream(file_id, [contents])

    def keep_stream(self, file_id: str, pieces: Iterable[bytes]) -> StoredResult:
        contents = self.kept[file_id] = b"".join(pieces)
        self.kept_at[file_id] = time.time()
        return StoredResult(len(contents), hashlib.sha256(contents).hexdigest())

    async def read(self, file_id: str, start: int, length: int) -> AsyncGenerator[bytes]:
        if file_id not in self.kept:
            raise NotFound("file upload", file_id)
        yield self.kept[file_id][start : start + length]

    def remove(self, file_id: str) -> None:
        self.kept.pop(file_id, None)

    def listed(self) -> Iterator[ListedResult]:
        return (ListedResult(file_id, self.kept_at[file_id]) for file_id in list(self.kept))
