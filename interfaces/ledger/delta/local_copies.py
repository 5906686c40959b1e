"""Local copies of a bucket's Parquet files, for an engine that reads files only.

A file of a Delta table never changes, so a copy never expires; the least recently used are evicted over the limit.
"""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import StoreUnavailable
from domain.ids import random_id

IN_USE_SECONDS = 6 * 3600
"""A copy that was used within this time may still be open, and is not evicted."""

CHUNK_BYTES = 4 * 1024 * 1024


class LocalCopies:
    def __init__(self, folder: Path, limit_bytes: int) -> None:
        """limit_bytes  the size of all copies above which old ones are evicted"""
        self._folder = folder
        self._limit_bytes = limit_bytes

    def path_of(self, uri: str) -> str:
        """The path of a copy of `s3://bucket/path`, made when it is not there. Raises `StoreUnavailable`."""
        copy = self._folder / f"{hashlib.sha256(uri.encode()).hexdigest()}.parquet"
        try:
            os.utime(copy)
        except FileNotFoundError:
            self._fetch(uri, copy)
            self._evict()
        return str(copy)

    def _fetch(self, uri: str, copy: Path) -> None:
        import obstore
        from obstore.exceptions import BaseError
        from obstore.store import from_url

        self._folder.mkdir(parents=True, exist_ok=True)
        part = copy.with_name(random_id("part"))
        address = urlsplit(uri)
        try:
            store = from_url(f"{address.scheme}://{address.netloc}")
            with part.open("wb") as file:
                for chunk in obstore.get(store, address.path.lstrip("/")).stream(min_chunk_size=CHUNK_BYTES):
                    file.write(bytes(chunk))
            part.rename(copy)
        except (BaseError, FileNotFoundError) as trouble:
            raise StoreUnavailable("A file of the ledger cannot be fetched now. Try again in a moment.") from trouble
        finally:
            part.unlink(missing_ok=True)

    def _evict(self) -> None:
        """Remove the least recently used copies, until the rest is within the limit."""
        copies = sorted((stat.st_mtime, stat.st_size, path) for path, stat in self._all())
        too_much = sum(size for _, size, _ in copies) - self._limit_bytes
        old = time.time() - IN_USE_SECONDS
        for used, size, path in copies:
            if too_much <= 0 or used > old:
                return
            path.unlink(missing_ok=True)
            too_much -= size

    def _all(self) -> list[tuple[Path, os.stat_result]]:
        found = []
        for path in self._folder.glob("*.parquet"):
            try:
                found.append((path, path.stat()))
            except FileNotFoundError:  # evicted by another process
                continue
        return found
