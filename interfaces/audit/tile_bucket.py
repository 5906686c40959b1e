"""The files of the transparency log in S3-compatible storage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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

        with self._translated_errors(missing=path):
            return bytes(obstore.get(self._store, path).bytes())

    def write(self, files: Mapping[str, bytes]) -> None:
        import obstore

        with self._translated_errors():
            for path, content in files.items():
                obstore.put(self._store, path, content)

    def remove_below(self, path: str) -> None:
        import obstore

        with self._translated_errors():
            paths = [found["path"] for batch in obstore.list(self._store, prefix=path) for found in batch]
            if paths:
                obstore.delete(self._store, paths)

    @contextmanager
    def _translated_errors(self, missing: str = "") -> Iterator[None]:
        """missing: the file that need not be there; empty where only the whole bucket can be missing"""
        from obstore.exceptions import BaseError

        try:
            yield
        except FileNotFoundError:
            if missing:
                raise FileNotFoundError(missing) from None
            raise StoreUnavailable(f"There is no bucket {self.place}. Make it, or name another one.") from None
        except BaseError as error:
            if not _is_refusal(error):
                raise StoreUnavailable(
                    f"The bucket {self.place} cannot be reached now. Try again in a moment."
                ) from error
            raise StoreUnavailable(
                f"The bucket {self.place} refuses these credentials. Give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY "
                "of a user who may read, write, list and delete there."
            ) from None

    @cached_property
    def _store(self) -> ObjectStore:
        from obstore.store import from_url

        return from_url(self.place, retry_config={"max_retries": RETRIES})


def _is_refusal(error: Exception) -> bool:
    """Whether a storage refuses the credentials. Of listing, `obstore` has the status in the text of the error only."""
    from obstore.exceptions import PermissionDeniedError, UnauthenticatedError

    is_named = isinstance(error, (PermissionDeniedError, UnauthenticatedError))
    return is_named or any(f"status code: {status}" in str(error) for status in (401, 403))
