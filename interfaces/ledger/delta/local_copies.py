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
from interfaces.host.disk.disk_errors import sentence_of
from interfaces.host.workspaces import Workspaces

IN_USE_SECONDS = 6 * 3600
"""A copy that was used within this time may still be open, and is not evicted."""

CHUNK_BYTES = 4 * 1024 * 1024


class LocalCopies:
    def __init__(self, folder: Path, limit_bytes: int) -> None:
        """limit_bytes  the size of all copies above which old ones are evicted"""
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._workspaces = Workspaces(folder, "fetching-")

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

        address = urlsplit(uri)
        try:
            store = from_url(f"{address.scheme}://{address.netloc}")
            with self._workspaces.open() as part:
                with part.open("wb") as file:
                    for chunk in obstore.get(store, address.path.lstrip("/")).stream(min_chunk_size=CHUNK_BYTES):
                        file.write(bytes(chunk))
                part.rename(copy)
        except (BaseError, FileNotFoundError) as trouble:
            raise StoreUnavailable("A file of the ledger cannot be fetched now. Try again in a moment.") from trouble
        except OSError as trouble:
            reason = sentence_of(trouble, str(self._folder))
            raise StoreUnavailable(f"A file of the ledger cannot be copied now. {reason}") from trouble

    def _evict(self) -> None:
        """Remove the least recently used copies, until the rest is within the limit."""
        old = time.time() - IN_USE_SECONDS
        for path, stat in self._all("part_*"):  # earlier versions fetched into this folder
            if stat.st_mtime <= old:
                path.unlink(missing_ok=True)
        copies = sorted((stat.st_mtime, stat.st_size, path) for path, stat in self._all("*.parquet"))
        too_much = sum(size for _, size, _ in copies) - self._limit_bytes
        for used, size, path in copies:
            if too_much <= 0 or used > old:
                return
            path.unlink(missing_ok=True)
            too_much -= size

    def _all(self, pattern: str) -> list[tuple[Path, os.stat_result]]:
        found = []
        for path in self._folder.glob(pattern):
            try:
                found.append((path, path.stat()))
            except FileNotFoundError:  # evicted by another process
                continue
        return found
