"""The folder of a Delta ledger, local or in a bucket: `test/` and `live/`, and a Delta table for each table in them."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from domain.errors import LedgerRefused, StoreUnavailable
from domain.ledger.ledger import PinnedLedger
from domain.ledger.tables import TABLES, WINDOWED
from interfaces.ledger.delta.delta_tables import DeltaFolder
from interfaces.ledger.delta.durability import make_durable
from interfaces.ledger.delta.load_lock import load_lock, load_lock_of_all_users
from interfaces.ledger.delta.local_copies import LocalCopies
from interfaces.ledger.delta.pinned_files import DataFile, PinnedFiles
from interfaces.ledger.delta.storage_errors import write_errors


class LedgerFolder:
    """Where tables are, and which files their versions have.

    copies  local copies of a bucket's files; needed for a bucket only
    """

    def __init__(
        self, root: str | Path, storage_options: dict[str, str] | None = None, copies: LocalCopies | None = None
    ) -> None:
        self.root = str(root) if "://" in str(root) else str(Path(root).absolute())
        self.storage_options = storage_options
        self._copies = copies
        self.files = PinnedFiles(storage_options)

    @property
    def is_bucket(self) -> bool:
        return "://" in self.root

    def uri(self, livemode: bool, *below: str) -> str:
        return "/".join((self.root, "live" if livemode else "test", *below))

    def table(self, livemode: bool, name: str) -> DeltaFolder:
        return DeltaFolder(TABLES[name], self.uri(livemode, name), self.storage_options)

    def files_of(self, ledger: PinnedLedger, table: str) -> tuple[DataFile, ...]:
        version = ledger.tables.get(table)
        return () if version is None else self.files.of(self.uri(ledger.livemode, table), version)

    def has_values(self, ledger: PinnedLedger, table: str, column: str) -> bool:
        version = ledger.tables.get(table)
        return version is not None and self.files.has_values(self.uri(ledger.livemode, table), version, column)

    def spans(self, ledger: PinnedLedger) -> dict[str, tuple[int, int]]:
        """First and last `created` of windowed tables, in Unix seconds, without those that cannot be read."""
        found = {}
        for table in WINDOWED:
            try:
                files = self.files_of(ledger, table)
            except StoreUnavailable:
                continue
            firsts = [file.first for file in files if file.first is not None]
            lasts = [file.last for file in files if file.last is not None]
            if firsts and lasts:
                found[table] = (min(firsts), max(lasts))
        return found

    def local(self, files: Iterable[DataFile]) -> tuple[DataFile, ...]:
        """The files at paths that an engine can read: local copies of a bucket's files."""
        copies = self._copies
        if copies is None or not self.is_bucket:
            return tuple(files)
        return tuple(replace(file, uri=copies.path_of(file.uri)) for file in files)

    def lock(self, livemode: bool) -> AbstractContextManager[None]:
        if not self.is_bucket:
            return load_lock(Path(self.uri(livemode)) / ".load.lock")
        bucket = hashlib.sha256(self.uri(livemode).encode()).hexdigest()[:16]
        return load_lock_of_all_users(Path(tempfile.gettempdir()) / f"reportrun-{bucket}.lock")

    def make_durable(self, livemode: bool, table: str, base: int | None, version: int) -> None:
        """Sync what was written on top of `base`. A bucket has acknowledged it by then."""
        if self.is_bucket:
            return
        uri = self.uri(livemode, table)
        before = frozenset(() if base is None else self.files.of(uri, base))
        data = [file for file in self.files.of(uri, version) if file not in before]
        with write_errors(uri):
            make_durable(Path(uri), base, version, data)

    def must_be_supported(self) -> None:
        """Delta Lake parses a folder's path as a URL, and fails or panics on characters that a URL cannot hold."""
        strange = re.search(r"[][\\^]|%[0-9A-Fa-f]{2}", self.root)
        if strange is not None:
            raise LedgerRefused(
                f"A ledger cannot lie in a folder with {strange.group()!r} in its name. Choose another."
            )
