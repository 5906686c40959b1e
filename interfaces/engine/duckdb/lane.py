"""A connection on which pieces of a large report are joined and printed, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from interfaces.engine.definitions.report_query import ReportQuery
from interfaces.engine.definitions.stages import StagedText
from interfaces.engine.duckdb.csv_copy import copy_statement
from interfaces.engine.duckdb.ledger_views import LedgerViews
from interfaces.engine.duckdb.query_watch import Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FEWEST_ROWS = 1_000
"""Pieces that do not fit are halved, down to this."""

_PRINTED_ROWS = 61_440
"""Lines that are sorted and printed at once: the database holds their text until it writes it."""


class Lane:
    """Makes pieces of the rows in the table `chosen`.

    text    the query's parts, from `chosen` on
    folder  where the files of pieces go
    """

    def __init__(
        self,
        connection: DuckDBPyConnection,
        query: ReportQuery,
        text: StagedText,
        files: Mapping[str, list[str]],
        folder: Path,
    ) -> None:
        self._connection = connection
        self._query = query
        self._text = text
        self._last = len(text.stages) + 1
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
        of_piece = f"rowid between {rows[0]} and {rows[-1]}"
        try:
            self._lay_down(1, f"select rowid as place, * from chosen where {of_piece}")
            for number, stage in enumerate(self._text.stages, start=2):
                self._lay_down(number, stage)
                self._drop(number - 1)
            self._put_in_order(rows[0])
            return [self._printed(rows, some) for some in in_parts(range(len(rows)), _PRINTED_ROWS)]
        finally:
            for number in range(1, self._last + 1):
                self._drop(number)

    def _put_in_order(self, first: int) -> None:
        """Joins mostly leave rows in the order in which they came; that costs less to see than to make sure of."""
        last = f"stage_{self._last}"
        out_of_place = f"select 1 from {last} where place <> rowid + {first} limit 1"
        if self._connection.execute(out_of_place).fetchone() is not None:
            self._execute(f"create temp table in_order as select * from {last} order by place", {})
            self._drop(self._last)
            self._execute(f"alter table in_order rename to {last}", {})

    def _printed(self, rows: range, some: range) -> Path:
        target = self._folder / f"{rows[0] + some[0]}.csv"
        self._execute(copy_statement(self._text.printed, target), {"first_row": some[0], "last_row": some[-1]})
        return target

    def _lay_down(self, stage: int, sql: str) -> None:
        self._execute(f"create temp table stage_{stage} as\n{sql}", {})

    def _drop(self, stage: int) -> None:
        self._connection.execute(f"drop table if exists temp.stage_{stage}")

    def _execute(self, sql: str, places: Mapping[str, int]) -> None:
        self._connection.execute(sql, {**self._query.bound(sql), **places})


def in_parts(rows: range, size: int) -> Iterator[range]:
    """A range as ranges of so many, the last of what is left."""
    return (rows[first : first + size] for first in range(0, len(rows), size))
