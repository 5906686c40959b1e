"""The ledger in Delta Lake tables, in a folder or a bucket: writes loads, and finds the files of a pinned version."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from application.ports.ledger import CompactionOutcome, LoadOrder, LoadOutcome, TablePlace, VacuumOutcome
from domain.errors import StoreUnavailable
from domain.ledger.ledger import PinnedLedger
from domain.ledger.tables import TABLES
from interfaces.ledger.delta.ledger_check import DeltaLedgerCheck
from interfaces.ledger.delta.ledger_folder import LedgerFolder
from interfaces.ledger.delta.local_copies import LocalCopies
from interfaces.ledger.delta.pinned_files import DataFile
from interfaces.ledger.delta.roll_back import roll_back

if TYPE_CHECKING:
    from interfaces.ledger.upkeep.backup_holds import BackupHold


class DeltaLedger:
    """Both sides of the ledger: `LedgerWriter` and `LedgerReader`. Servers read only, and do not import the writer.

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
        self._folder = LedgerFolder(root, storage_options, copies)
        self._memory_megabytes = memory_megabytes
        self._staging_folder = staging_folder or Path(tempfile.gettempdir())
        self._unfolded_mib = unfolded_mib

    @property
    def is_in_bucket(self) -> bool:
        return self._folder.is_bucket

    def exclusive(self, livemode: bool) -> AbstractContextManager[None]:
        return self._folder.lock(livemode)

    def held_by_backup(self) -> AbstractContextManager[BackupHold]:
        """Keep vacuums from removing files while a backup copies them. Raises `StoreUnavailable`."""
        from interfaces.ledger.upkeep.backup_holds import backup_hold

        return backup_hold(self._folder.root)

    def must_not_be_held(self) -> None:
        from interfaces.ledger.upkeep.backup_holds import must_not_be_held

        must_not_be_held(self._folder.root)

    def files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        return self.fetched(self._created_files(ledger, table, created))

    def data_files(self, ledger: PinnedLedger, table: str) -> tuple[DataFile, ...]:
        """The files of the table, with what its log says of their rows. No data file is read."""
        return self._folder.files_of(ledger, table)

    def fetched(self, files: Sequence[DataFile]) -> list[str]:
        """The paths of files for an engine; those in a bucket are fetched, unless a copy is there."""
        return [file.uri for file in self._folder.local(files)]

    def stored_files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        return [file.uri for file in self._created_files(ledger, table, created)]

    def stored_bytes(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> int:
        return sum(file.size for file in self._created_files(ledger, table, created))

    def place(self, ledger: PinnedLedger, table: str) -> TablePlace | None:
        version = ledger.tables.get(table)
        if version is None or not self._folder.files_of(ledger, table):
            return None
        return TablePlace(self._folder.uri(ledger.livemode, table), version, self.rows(ledger, table))

    def _created_files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None) -> tuple[DataFile, ...]:
        found = self._folder.files_of(ledger, table)
        if created is not None and table in TABLES and TABLES[table].partitioned:
            return tuple(file for file in found if file.may_hold(*created))
        return found

    def has_values(self, ledger: PinnedLedger, table: str, column: str) -> bool:
        """Whether any row of the table has a value in the column. No data file is read."""
        return self._folder.has_values(ledger, table, column)

    def write(self, order: LoadOrder, progress: Callable[[str, float], None]) -> LoadOutcome:
        from interfaces.ledger.delta.load_writer import write_load
        from interfaces.ledger.merge.staging import staging_area

        self._folder.must_be_supported()
        with staging_area(self._staging_folder, self._memory_megabytes, self._unfolded_mib) as staging:
            return write_load(self._folder, staging, order, progress)

    def compact(self, ledger: PinnedLedger, progress: Callable[[str, float], None]) -> CompactionOutcome:
        from interfaces.ledger.upkeep.compaction import compact

        self._folder.must_be_supported()
        return compact(self._folder, ledger, progress)

    def vacuum(
        self, kept: Sequence[PinnedLedger], removed: Sequence[PinnedLedger], progress: Callable[[str, float], None]
    ) -> VacuumOutcome:
        from interfaces.ledger.upkeep.vacuum import vacuum

        return vacuum(self._folder, kept, removed, progress)

    def rows(self, ledger: PinnedLedger, table: str) -> int | None:
        try:
            counts = [file.rows for file in self._folder.files_of(ledger, table)]
        except StoreUnavailable:
            return None
        return None if None in counts else sum(count for count in counts if count is not None)

    def spans(self, ledger: PinnedLedger) -> dict[str, tuple[int, int]]:
        return self._folder.spans(ledger)

    def roll_back(self, base: PinnedLedger, history: Sequence[PinnedLedger]) -> dict[str, int]:
        return roll_back(self._folder, base, history)

    def check(self, *, digests: bool = True) -> DeltaLedgerCheck:
        """A check of the ledger as it is now. digests: whether files are read, and not only looked for"""
        return DeltaLedgerCheck(self._folder, digests=digests)
