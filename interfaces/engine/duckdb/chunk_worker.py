"""A connection that joins and prints chunks of a large report, one at a time, on its own thread."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from interfaces.engine.definitions.report_query import ReportQuery
from interfaces.engine.definitions.statement import Statement
from interfaces.engine.duckdb.chunk_sizes import in_chunks
from interfaces.engine.duckdb.csv_copy import copy_statement
from interfaces.engine.duckdb.ledger_views import LedgerViews
from interfaces.engine.duckdb.query_watch import Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from interfaces.engine.definitions.staged_query import StagedQuery

_FEWEST_ROWS = 1_000
"""Chunks that do not fit are halved, down to this."""

_PRINTED_ROWS = 61_440
"""Lines that are sorted and printed at once: the database holds their text until it writes it."""


class ChunkWorker:
    """Makes chunks of the rows in the table `selected_rows`.

    staged  the query's parts
    folder  where the files of chunks go
    """

    def __init__(
        self,
        connection: DuckDBPyConnection,
        query: ReportQuery,
        staged: StagedQuery,
        files: Mapping[str, list[str]],
        folder: Path,
    ) -> None:
        self._connection = connection
        self._query = query
        self._staged = staged
        self._last = len(staged.stages) + 1
        self._folder = folder
        LedgerViews(connection).show(files)

    def start(self, rows: range) -> Task[list[Path]]:
        """Write the lines of these rows into files. Joins them in halves where memory is too short for all at once."""
        return Task(self._connection, lambda: self._written(rows))

    def close(self) -> None:
        self._connection.close()

    def _written(self, rows: range) -> list[Path]:
        import duckdb  # heavy, and only workers need it

        try:
            return self._written_at_once(rows)
        except duckdb.OutOfMemoryException:
            if len(rows) < 2 * _FEWEST_ROWS:
                raise
        half = len(rows) // 2
        return [*self._written(rows[:half]), *self._written(rows[half:])]

    def _written_at_once(self, rows: range) -> list[Path]:
        chunk = f"select rowid as place, * from selected_rows where rowid between {rows[0]} and {rows[-1]}"
        try:
            self._make_stage(1, Statement(chunk))
            for number, stage in enumerate(self._staged.stages, start=2):
                self._make_stage(number, stage)
                self._drop_stage(number - 1)
            self._put_in_order(rows[0])
            return [self._printed(rows, some) for some in in_chunks(range(len(rows)), _PRINTED_ROWS)]
        finally:
            for number in range(1, self._last + 1):
                self._drop_stage(number)

    def _put_in_order(self, first: int) -> None:
        """Joins mostly leave rows in the order in which they came, and checking that is cheaper than sorting."""
        last = f"stage_{self._last}"
        out_of_place = f"select 1 from {last} where place <> rowid + {first} limit 1"
        if self._connection.execute(out_of_place).fetchone() is not None:
            self._connection.execute(f"create temp table in_order as select * from {last} order by place")
            self._drop_stage(self._last)
            self._connection.execute(f"alter table in_order rename to {last}")

    def _printed(self, rows: range, some: range) -> Path:
        target = self._folder / f"{rows[0] + some[0]}.csv"
        printed = self._staged.printed
        values = {**self._query.bound(printed), "first_row": some[0], "last_row": some[-1]}
        self._connection.execute(copy_statement(printed.sql, target), values)
        return target

    def _make_stage(self, number: int, stage: Statement) -> None:
        sql = f"create temp table stage_{number} as\n{stage.sql}"
        self._connection.execute(sql, self._query.bound(stage))

    def _drop_stage(self, number: int) -> None:
        self._connection.execute(f"drop table if exists temp.stage_{number}")
