"""Result files in S3-compatible storage."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from application.ports.results import ListedResult, StoredResult
from domain.errors import NotFound, StoreUnavailable
from interfaces.host.workspaces import Workspaces
from interfaces.results.names import file_id_in, name_of
from interfaces.results.read_ahead import read_ahead

if TYPE_CHECKING:
    from obstore.store import ObjectStore

CHUNK_BYTES = 256 * 1024

UPLOAD_BYTES = 32 * 1024 * 1024
"""The parts of an upload. S3 takes 10,000 of them, so that a file may have 312 GiB."""

UNREACHABLE = "The file storage cannot be reached now. Try again in a moment."


class BucketResultStore:
    """One object for each result, named after its id, below the path of the URL.

    The URL is `s3://bucket/path`; credentials, region and endpoint come from the usual `AWS_...` variables.
    """

    def __init__(self, url: str, making: Path, retries: int = 3) -> None:
        """making  a local folder for files that are not uploaded yet"""
        self._url = url
        self._workspaces = Workspaces(making, "result-")
        self._retries = retries
        self._opened: ObjectStore | None = None

    def workspace(self) -> AbstractContextManager[Path]:
        return self._workspaces.open()

    def keep(self, file_id: str, made: Path) -> StoredResult:
        import obstore
        from obstore.exceptions import BaseError

        with made.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            size = file.tell()
        try:
            obstore.put(self._store, name_of(file_id), made)
        except BaseError as error:
            raise OSError(f"The result could not be uploaded: {error}") from error
        return StoredResult(size, digest.hexdigest())

    def keep_stream(self, file_id: str, pieces: Iterable[bytes]) -> StoredResult:
        import obstore
        from obstore.exceptions import BaseError

        passed = _Passed(read_ahead(pieces))
        try:
            obstore.put(
                self._store,
                name_of(file_id),
                iter(passed),
                use_multipart=True,
                chunk_size=UPLOAD_BYTES,
                max_concurrency=1,
            )
        except BaseError as error:
            raise OSError(f"The result could not be uploaded: {error}") from error
        return StoredResult(passed.size, passed.digest.hexdigest())

    async def read(self, file_id: str, start: int, length: int) -> AsyncGenerator[bytes]:
        import obstore
        from obstore.exceptions import BaseError

        if length == 0:
            return
        try:
            found = await obstore.get_async(self._store, name_of(file_id), options={"range": (start, start + length)})
            async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(chunk)
        except FileNotFoundError:
            raise NotFound("file upload", file_id) from None
        except BaseError as error:
            raise StoreUnavailable(UNREACHABLE) from error

    def remove(self, file_id: str) -> None:
        import obstore
        from obstore.exceptions import BaseError

        try:
            obstore.delete(self._store, name_of(file_id))
        except BaseError as error:
            raise StoreUnavailable(UNREACHABLE) from error

    def listed(self) -> Iterator[ListedResult]:
        import obstore
        from obstore.exceptions import BaseError

        try:
            for objects in obstore.list(self._store):
                for found in objects:
                    if file_id := file_id_in(found["path"]):
                        yield ListedResult(file_id, found["last_modified"].timestamp())
        except BaseError as error:
            raise StoreUnavailable(UNREACHABLE) from error

    @property
    def _store(self) -> ObjectStore:
        """The bucket, opened when it is first used: most commands never do."""
        if self._opened is None:
            from obstore.store import from_url

            self._opened = from_url(self._url, retry_config={"max_retries": self._retries})
        return self._opened


class _Passed:
    """Pieces, and the digest and size of those that have passed."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.digest = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.digest.update(piece)
            self.size += len(piece)
            yield piece
