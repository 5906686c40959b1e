"""Result files in a local folder."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from application.ports.results import ListedResult, StoredResult
from domain.errors import NotFound
from interfaces.host.disk.fsync import fsync
from interfaces.host.workspaces import Workspaces
from interfaces.results.names import file_id_in, name_of

CHUNK_BYTES = 256 * 1024


class LocalResultStore:
    """One file for each result, named after its id, in a folder named after two characters of its random part."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._workspaces = Workspaces(folder / "making", "worker-")

    def workspace(self) -> AbstractContextManager[Path]:
        return self._workspaces.open()

    def keep(self, file_id: str, made: Path) -> StoredResult:
        kept = self._path(file_id)
        kept.parent.mkdir(parents=True, exist_ok=True)
        with made.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            os.fsync(file.fileno())
            size = file.tell()
        made.rename(kept)
        fsync(kept.parent)
        fsync(self._folder)
        return StoredResult(size, digest.hexdigest())

    def keep_stream(self, file_id: str, pieces: Iterable[bytes]) -> StoredResult:
        with self.workspace() as made:
            with made.open("wb") as file:
                file.writelines(pieces)
            return self.keep(file_id, made)

    async def read(self, file_id: str, start: int, length: int) -> AsyncGenerator[bytes]:
        try:
            file = await asyncio.to_thread(self._path(file_id).open, "rb")
        except FileNotFoundError:
            raise NotFound("file upload", file_id) from None
        with file:
            await asyncio.to_thread(file.seek, start)
            while length > 0 and (chunk := await asyncio.to_thread(file.read, min(CHUNK_BYTES, length))):
                length -= len(chunk)
                yield chunk

    def remove(self, file_id: str) -> None:
        self._path(file_id).unlink(missing_ok=True)

    def listed(self) -> Iterator[ListedResult]:
        for path in self._folder.glob("??/*"):
            file_id = file_id_in(path.name)
            with suppress(FileNotFoundError):  # removed meanwhile
                if file_id and path == self._path(file_id):
                    yield ListedResult(file_id, path.stat().st_mtime)

    def _path(self, file_id: str) -> Path:
        random = file_id.removeprefix("file_")
        return self._folder / random[:2] / name_of(file_id)
