"""Makes an itemized report of a ledger that is large beside the memory limit: in steps, each of which can spill.

It takes about twice as long as one query over the same ledger with memory to spare.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from interfaces.engine.csv_copy import copy_statement, header_line
from interfaces.engine.report_query import ReportQuery
from interfaces.engine.watch import Watch

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MIB = 1024 * 1024

_IN_MEMORY = 5
"""How many times the size of its files a table takes in a query: files are compressed, and joins hold rows twice."""

_CELL_BYTES = 400
"""Memory that writing takes for each cell of a batch of lines: text, its buffer, and the buffer's growth."""

_LAST_STEPS = 2
"""After the stages: putting in order, and printing."""


def table_bytes(files: Mapping[str, list[str]]) -> dict[str, int]:
    return {table: sum(Path(path).stat().st_size for path in paths) for table, paths in files.items()}


def is_large(sizes: Mapping[str, int], memory_limit_mib: int) -> bool:
    """Whether one query over these tables may need more memory than there is."""
    return sum(sizes.values()) * _IN_MEMORY > memory_limit_mib * MIB


class LargeReport:
    """One report, made in stages."""

    def __init__(
        self, connection: DuckDBPyConnection, query: ReportQuery, sizes: Mapping[str, int], memory_limit_mib: int
    ) -> None:
        self._connection = connection
        self._query = query
        self._text = query.staged(sizes, stage_bytes=memory_limit_mib * MIB // (2 * _IN_MEMORY))
        self._lines_at_once = max(1000, memory_limit_mib * MIB // (_CELL_BYTES * len(query.columns)))

    def write(self, target: Path, watch: Watch) -> int:
        """Write the file and give its number of lines below the header."""
        tables = [f"stage_{number}" for number in range(1, len(self._text.stages) + 1)] + ["sorted_rows"]
        try:
            for number, sql in enumerate([*self._text.stages, self._text.in_order]):
                self._lay_down(tables[number], sql, watch, self._part(number))
                if number:
                    self._drop(tables[number - 1])
            return self._print(target, watch)
        finally:
            for table in tables:
                self._drop(table)

    def _part(self, step: int) -> tuple[float, float]:
        steps = len(self._text.stages) + _LAST_STEPS
        return step / steps, (step + 1) / steps

    def _lay_down(self, table: str, sql: str, watch: Watch, part: tuple[float, float]) -> None:
        watch.run(self._connection, f"create temp table {table} as\n{sql}", self._query.bound(sql), part)

    def _drop(self, table: str) -> None:
        self._connection.execute(f"drop table if exists temp.{table}")

    def _print(self, target: Path, watch: Watch) -> int:
        rows = watch.run(self._connection, "select count(*) from sorted_rows", {})
        values = self._query.bound(self._text.printed)
        piece = target.with_name(f"{target.name}.piece")
        begin, end = self._part(len(self._text.stages) + 1)
        try:
            with target.open("wb") as file:
                file.write(header_line(self._query.columns).encode())
                for first in range(0, rows, self._lines_at_once):
                    last = min(first + self._lines_at_once, rows)
                    done = begin + (end - begin) * first / rows
                    lines_of = values | {"first_row": first, "last_row": last - 1}
                    watch.run(self._connection, copy_statement(self._text.printed, piece), lines_of, (done, done))
                    with piece.open("rb") as lines:
                        shutil.copyfileobj(lines, file, MIB)
        finally:
            piece.unlink(missing_ok=True)
        return rows
