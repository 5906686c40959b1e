"""A small ledger of tests as Delta tables, for engines that read the ledger themselves."""

from __future__ import annotations

from pathlib import Path

from deltalake import write_deltalake

from domain.ledger.ledger import PinnedLedger
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from tests.support.row_ledger import SmallLedger


class DeltaCopy(DeltaLedger):
    """Has the rows that the small ledger had when the copy was made."""

    def __init__(self, small: SmallLedger, folder: Path) -> None:
        from pyarrow import parquet

        super().__init__(folder)
        files = {table: small.files(small.pinned, table) for table in small.pinned.tables}
        self.pinned = PinnedLedger(True, 1, {table: 0 for table, paths in files.items() if paths})
        for table, paths in files.items():
            for path in paths:
                write_deltalake(str(folder / "live" / table), parquet.ParquetFile(path).read())
