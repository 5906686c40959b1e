"""Result files in S3-compatible storage."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from application.ports.results import StoredResult
from domain.errors import NotFound, StoreUnavailable
from interfaces.results.scratch import Making

if TYPE_CHECKING:
    from obstore.store import ObjectStore

CHUNK_BYTES = 256 * 1024


class BucketResultStore:
    """One object a result, named after its id, below the address's path.

    The address is `s3://bucket/path`; credentials, region and endpoint come from the `AWS_...` variables that every
    S3 client reads.
    """

    def __init__(self, url: str, making: Path, retries: int = 3) -> None:
        """making  a local folder, where a file is made before it is uploaded"""
        self._url = url
        self._making = Making(making, "result-")
        self._retries = retries
        self._opened: ObjectStore | None = None

    def workspace(self) -> AbstractContextManager[Path]:
        return self._making.place()

    def keep(self, file_id: str, made: Path) -> StoredResult:
        import obstore
        from obstore.exceptions import BaseError

        with made.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            size = file.tell()
        try:
            obstore.put(self._store, _name(file_id), made)
        except BaseError as trouble:
            raise OSError(f"The result could not be uploaded: {trouble}") from trouble
        return StoredResult(size, digest.hexdigest())

    async def read(self, file_id: str, start: int, length: int) -> AsyncIterator[bytes]:
        import obstore
        from obstore.exceptions import BaseError

        if length == 0:
            return
        try:
            found = await obstore.get_async(self._store, _name(file_id), options={"range": (start, start + length)})
            async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(chunk)
        except FileNotFoundError:
            raise NotFound("file upload", file_id) from None
        except BaseError as trouble:
            raise StoreUnavailable("The file storage cannot be reached now. Try again in a moment.") from trouble

    def remove(self, file_id: str) -> None:
        import obstore

        obstore.delete(self._store, _name(file_id))

    @property
    def _store(self) -> ObjectStore:
        """The bucket, opened when it is first used: most commands never do."""
        if self._opened is None:
            from obstore.store import from_url

            self._opened = from_url(self._url, retry_config={"max_retries": self._retries})
        return self._opened


def _name(file_id: str) -> str:
    return f"{file_id}.csv"
