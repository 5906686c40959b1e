"""The files of the transparency log in S3-compatible storage."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from obstore.store import ObjectStore

RETRIES = 3
"""Of a request, with growing delays."""


class TileBucket:
    """One object for each file, below the path of the URL, `s3://bucket/path`."""

    def __init__(self, url: str) -> None:
        self.place = url

    def read(self, path: str) -> bytes:
        import obstore
        from obstore.exceptions import BaseError

        try:
            return bytes(obstore.get(self._store, path).bytes())
        except FileNotFoundError:
            raise
        except BaseError as error:
            raise self._unreachable() from error

    def write(self, files: Mapping[str, bytes]) -> None:
        import obstore
        from obstore.exceptions import BaseError

        try:
            for path, content in files.items():
                obstore.put(self._store, path, content)
        except BaseError as error:
            raise self._unreachable() from error

    def remove_below(self, path: str) -> None:
        import obstore
        from obstore.exceptions import BaseError

        try:
            paths = [found["path"] for batch in obstore.list(self._store, prefix=path) for found in batch]
            if paths:
                obstore.delete(self._store, paths)
        except BaseError as error:
            raise self._unreachable() from error

    def _unreachable(self) -> StoreUnavailable:
        return StoreUnavailable(f"The bucket {self.place} cannot be reached now. Try again in a moment.")

    @cached_property
    def _store(self) -> ObjectStore:
        from obstore.store import from_url

        return from_url(self.place, retry_config={"max_retries": RETRIES})
