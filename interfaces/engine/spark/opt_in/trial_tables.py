"""The tables of a trial: as Parquet files for DuckDB, and as views of one session for the server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from application.ports.ledger import TablePlace
from domain.ledger.ledger import PinnedLedger
from domain.ledger.tables import ACCOUNT, TABLES, Kind
from interfaces.engine.spark.opt_in.trial_rows import ROWS, trial_rows
from interfaces.engine.spark.tables import ServerTables

if TYPE_CHECKING:
    import pyarrow as arrow

PINNED = PinnedLedger(livemode=False, version=1, tables=dict.fromkeys(TABLES, 1))


class TrialTables:
    """A ledger of generated rows. folder: where its files are written"""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        from pyarrow import parquet

        path = self._folder / table / "part-0.parquet"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            parquet.write_table(trial_table(table), path)
        return [str(path)]

    def rows(self, ledger: PinnedLedger, table: str) -> int | None:
        return ROWS

    def place(self, ledger: PinnedLedger, table: str) -> TablePlace | None:
        """In no place that a server reaches."""
        return None

    def stored_files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        return self.files(ledger, table, created)

    def stored_bytes(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> int:
        return 0


class TrialViews(ServerTables):
    """The same rows on the server, sent through the connection."""

    def _show(self, ledger: PinnedLedger, table: str) -> None:
        self._session.local(trial_table(table)).createOrReplaceTempView(table)


def trial_table(name: str) -> arrow.Table:
    """The generated rows of a table, typed as the ledger has them."""
    import pyarrow as arrow

    types = {
        Kind.INTEGER: arrow.int64(),
        Kind.BOOLEAN: arrow.bool_(),
        Kind.TIME: arrow.timestamp("us", tz="UTC"),
    }
    kinds = {ACCOUNT: Kind.TEXT, **TABLES[name].columns}
    schema = arrow.schema([(column, types.get(kind, arrow.string())) for column, kind in kinds.items()])
    return arrow.table(trial_rows(name), schema=schema)
