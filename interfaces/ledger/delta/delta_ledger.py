"""The ledger in Delta Lake tables, in a folder or a bucket: writes loads, and finds the files of a pinned version."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from application.ports.ledger import LoadOrder, LoadOutcome
from domain.errors import LedgerRefused
from domain.ledger.ledger import LoadedFile, PinnedLedger
from domain.ledger.tables import TABLES, WINDOWED, Table
from interfaces.ledger.delta.delta_tables import DeltaFolder
from interfaces.ledger.delta.load_lock import load_lock
from interfaces.ledger.delta.local_copies import LocalCopies
from interfaces.ledger.delta.missing_files import missing_of
from interfaces.ledger.delta.pinned_files import DataFile, PinnedFiles

if TYPE_CHECKING:
    from interfaces.ledger.merge.staging import Staging
    from interfaces.ledger.merge.upsert import MergeOutcome
    from interfaces.ledger.sources.source_file import SourceFile


_READING = 0.4
"""The share of a load's time that reading and checking takes, about; writing takes the rest."""


class DeltaLedger:
    """All sides of the ledger: `LedgerWriter`, `LedgerReader` and `LedgerCheck`.

    root              a folder, or the URL of one in a bucket; `test/` and `live/` lie in it
    storage_options   how a bucket is reached, as `deltalake` takes it
    memory_megabytes  what a load may use before it spills to disk
    copies            local copies of a bucket's files; needed for a bucket only
    staging_folder    where loads make their scratch folders
    unfolded_mib      what a load may unfold there; 0 for no limit but the disk
    """

    def __init__(
        self,
        root: str | Path,
        storage_options: dict[str, str] | None = None,
        memory_megabytes: int = 1024,
        copies: LocalCopies | None = None,
        staging_folder: Path | None = None,
        unfolded_mib: int = 0,
    ) -> None:
        self._root = str(root) if "://" in str(root) else str(Path(root).absolute())
        self._storage_options = storage_options
        self._memory_megabytes = memory_megabytes
        self._files = PinnedFiles(storage_options)
        self._copies = copies
        self._staging_folder = staging_folder or Path(tempfile.gettempdir())
        self._unfolded_mib = unfolded_mib

    def exclusive(self, livemode: bool) -> AbstractContextManager[None]:
        mode = self._uri(livemode)
        if "://" not in mode:
            return load_lock(Path(mode) / ".load.lock")
        bucket = hashlib.sha256(mode.encode()).hexdigest()[:16]
        return load_lock(Path(tempfile.gettempdir()) / f"reportrun-{bucket}.lock")

    def files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        found = self._files_of(ledger, table)
        if created is not None and table in TABLES and TABLES[table].partitioned:
            found = tuple(file for file in found if file.may_hold(*created))
        return [self._local(file).uri for file in found]

    def missing_files(self, ledger: PinnedLedger) -> list[str]:
        return missing_of([file.uri for table in ledger.tables for file in self._files_of(ledger, table)])

    def write(self, order: LoadOrder, progress: Callable[[str, float], None]) -> LoadOutcome:
        from interfaces.ledger.merge.spans import rows_beyond, staged_spans
        from interfaces.ledger.merge.staging import staging_area
        from interfaces.ledger.merge.upsert import MergeOutcome
        from interfaces.ledger.sources.table_names import table_of

        self._must_be_a_supported_folder()
        sources = [replace(source, table=table_of(source.table)) for source in order.sources]
        tables = [TABLES[name] for name in dict.fromkeys(source.table for source in sources)]
        order = replace(order, sources=sources)
        with staging_area(self._staging_folder, self._memory_megabytes, self._unfolded_mib) as staging:
            staged = staging.stage(order, tables, _scaled(progress, 0, _READING))
            created_in_load = staged_spans(staging.connection, tables, order.horizon)
            beyond_horizon = rows_beyond(staging.connection, tables, order.horizon)
            versions, outcomes = self._merge(staging, tables, order.base, _scaled(progress, _READING, 1))
        return LoadOutcome(
            tables=versions,
            files=[
                _loaded_file(source.table, file, outcomes.get(position, MergeOutcome()))
                for position, (source, file) in enumerate(zip(sources, staged.files, strict=True))
            ],
            created=self._created(replace(order.base, tables=versions)),
            created_in_load=created_in_load,
            owners=staged.owners,
            beyond_horizon=beyond_horizon,
        )

    def _merge(
        self, staging: Staging, tables: Sequence[Table], base: PinnedLedger, progress: Callable[[str, float], None]
    ) -> tuple[dict[str, int], dict[int, MergeOutcome]]:
        """Merge each table. Returns every table's version, and the outcome of each source."""
        from interfaces.ledger.merge.upsert import Upsert

        versions = dict(base.tables)
        outcomes: dict[int, MergeOutcome] = {}
        for done, table in enumerate(tables):
            progress(f"writing {table.name}", done / len(tables))
            upsert = Upsert(staging.connection, table, tuple(map(self._local, self._files_of(base, table.name))))
            diff = upsert.diff()
            if any(outcome.inserted or outcome.updated for outcome in diff.values()):
                folder = DeltaFolder(table, self._uri(base.livemode, table.name), self._storage_options)
                versions[table.name] = upsert.write(folder, base.tables.get(table.name))
            upsert.clear()
            outcomes |= diff
        progress("loaded", 1)
        return versions, outcomes

    def _created(self, ledger: PinnedLedger) -> dict[str, tuple[int, int]]:
        found = {}
        for table in WINDOWED:
            files = self._files_of(ledger, table)
            firsts = [file.first for file in files if file.first is not None]
            lasts = [file.last for file in files if file.last is not None]
            if firsts and lasts:
                found[table] = (min(firsts), max(lasts))
        return found

    def _files_of(self, ledger: PinnedLedger, table: str) -> tuple[DataFile, ...]:
        version = ledger.tables.get(table)
        return () if version is None else self._files.of(self._uri(ledger.livemode, table), version)

    def _local(self, file: DataFile) -> DataFile:
        """The file at a path that an engine can read: a local copy of a bucket's file."""
        if self._copies is None or "://" not in file.uri:
            return file
        return replace(file, uri=self._copies.path_of(file.uri))

    def _must_be_a_supported_folder(self) -> None:
        """Delta Lake parses a folder's path as a URL, and fails or panics on characters that a URL cannot hold."""
        strange = re.search(r"[][\\^]|%[0-9A-Fa-f]{2}", self._root)
        if strange is not None:
            raise LedgerRefused(
                f"A ledger cannot lie in a folder with {strange.group()!r} in its name. Choose another."
            )

    def _uri(self, livemode: bool, *below: str) -> str:
        return "/".join((self._root, "live" if livemode else "test", *below))


def _scaled(progress: Callable[[str, float], None], start: float, end: float) -> Callable[[str, float], None]:
    """Progress of one part of a load, scaled to the progress of the whole."""
    return lambda what, done: progress(what, start + done * (end - start))


def _loaded_file(table: str, file: SourceFile, outcome: MergeOutcome) -> LoadedFile:
    return LoadedFile(
        table=table,
        file=file.name,
        sha256=file.sha256,
        rows=outcome.rows,
        inserted=outcome.inserted,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
    )
