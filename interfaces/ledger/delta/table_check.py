"""Checks the versions of one table: presence, size and digest of the files that they consist of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from application.ports.ledger import Damage
from domain.errors import StoreUnavailable
from interfaces.ledger.delta.checksums import Checksums
from interfaces.ledger.delta.pinned_files import DataFile, PinnedFiles
from interfaces.ledger.delta.storage_errors import LedgerUnreachable
from interfaces.ledger.delta.table_log import TableLog, is_parquet


class TableCheck:
    """Each file is looked at once, however many versions have it.

    uri      of the table
    digests  whether files are read and their digests compared; of a bucket's files only presence and size are
    """

    def __init__(self, uri: str, files: PinnedFiles, *, digests: bool) -> None:
        self._uri = uri
        self._files = files
        self._table = None if "://" in uri else Path(uri)
        self._digests = digests
        self._checked: dict[str, bool] = {}

    def damage(self, version: int) -> Damage | None:
        """What is wrong with a version; None when it is whole. Raises `StoreUnavailable` where that cannot be known."""
        if self._table is None:
            _ = self._sizes_in_bucket  # raises while the bucket cannot be reached, which is no damage
        damaged = self.damaged_entries(version)
        if damaged:
            return Damage(tuple(map(str, damaged)))
        try:
            files = self._files.of(self._uri, version)
        except LedgerUnreachable:
            raise
        except StoreUnavailable:
            return Damage((f"{self._uri}/_delta_log",))
        damaged_files = tuple(file.uri for file in files if not self._is_whole(file))
        return Damage(damaged_files) if damaged_files else None

    def last_whole(self, versions: Iterable[int]) -> int | None:
        """The highest of these versions that is whole; None for none."""
        return next((version for version in sorted(versions, reverse=True) if self.damage(version) is None), None)

    def damaged_entries(self, version: int) -> list[Path]:
        """The log entries that a version is read from and that are damaged."""
        if self._table is None:
            return []
        log = TableLog(self._table)
        damaged = log.damaged(version)
        if not self._digests:
            return damaged
        others = log.entries_of(version)
        return sorted({*damaged, *(path for path in others if path not in damaged and self._was_changed(log, path))})

    def _was_changed(self, log: TableLog, entry: Path) -> bool:
        assert self._table is not None
        return not self._has_its_digest(str(entry.relative_to(self._table)), entry) and not log.is_replacement(entry)

    def _is_whole(self, file: DataFile) -> bool:
        if file.uri not in self._checked:
            self._checked[file.uri] = self._look_at(file)
        return self._checked[file.uri]

    def _look_at(self, file: DataFile) -> bool:
        path = file.uri.removeprefix(f"{self._uri}/")
        if self._table is None:
            return self._sizes_in_bucket.get(path) == file.size
        found = Path(file.uri)
        if found.resolve() != Path(self._table.resolve(), path):  # a link leads out, where reports may not read
            return False
        return is_parquet(found) and found.stat().st_size == file.size and self._has_its_digest(path, found)

    def _has_its_digest(self, name: str, path: Path) -> bool:
        if not self._digests or name not in self._known:
            return True
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self._known[name]

    @cached_property
    def _known(self) -> dict[str, str]:
        assert self._table is not None
        return Checksums(self._table).all()

    @cached_property
    def _sizes_in_bucket(self) -> dict[str, int]:
        import obstore
        from obstore.exceptions import BaseError
        from obstore.store import from_url

        address = urlsplit(self._uri)
        folder = address.path.strip("/")
        try:
            listed = obstore.list(from_url(f"{address.scheme}://{address.netloc}"), prefix=folder)
            return {found["path"].removeprefix(f"{folder}/"): found["size"] for batch in listed for found in batch}
        except BaseError as trouble:
            raise StoreUnavailable("The files of the ledger cannot be listed now. Try again in a moment.") from trouble
