"""Makes an itemized report of a ledger that is large beside the memory limit: in steps, each of which can spill.

It takes about twice as long as one query over the same ledger with memory to spare.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from interfaces.engine.composition import StagedText
from interfaces.engine.csv_copy import copy_statement, header_line, write_at_once
from interfaces.engine.failures import out_of_memory
from interfaces.engine.report_query import ReportQuery
from interfaces.engine.watch import Watch

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MIB = 1024 * 1024

_IN_MEMORY = 5
"""How many times the size of its files a table takes in a query: files are compressed, and joins hold rows twice."""

_STAGE_SHARE = 4
"""A stage joins what takes this part of the memory; the rest is for the rows that pass."""

_BATCH_LINES = 122_880
"""Lines that the database prints into memory before it writes them."""

_CELL_BYTES = 100
"""Memory that printing takes for a cell: its text, and buffers that double as they grow, for some threads at once."""


def table_bytes(files: Mapping[str, list[str]]) -> dict[str, int]:
    return {table: sum(Path(path).stat().st_size for path in paths) for table, paths in files.items()}


def is_large(sizes: Mapping[str, int], memory_limit_mib: int) -> bool:
    """Whether one query over these tables may need more memory than there is."""
    return sum(sizes.values()) * _IN_MEMORY > memory_limit_mib * MIB


class LargeReport:
    """One report, made in stages: at first in as few as are likely to fit, and where they do not, in small ones."""

    def __init__(
        self, connection: DuckDBPyConnection, query: ReportQuery, sizes: Mapping[str, int], memory_limit_mib: int
    ) -> None:
        self._connection = connection
        self._query = query
        self._sizes = sizes
        self._memory = memory_limit_mib * MIB

    def write(self, target: Path, watch: Watch) -> int:
        """Write the file and give its number of lines below the header."""
        import duckdb  # heavy, and only workers need it

        line_bytes = _CELL_BYTES * len(self._query.columns)
        for stage_bytes in (self._memory // (_STAGE_SHARE * _IN_MEMORY), 0):
            text = self._query.staged(self._sizes, stage_bytes)
            with suppress(duckdb.OutOfMemoryException), self._last_stage(text, watch):
                if _BATCH_LINES * line_bytes < self._memory:
                    with suppress(duckdb.OutOfMemoryException):
                        return self._print_at_once(text, target, watch)
                lines_at_once = max(1000, self._memory // (4 * line_bytes))
                return self._print_in_pieces(text, lines_at_once, target, watch)
        raise out_of_memory(self._memory // MIB)

    @contextmanager
    def _last_stage(self, text: StagedText, watch: Watch) -> Iterator[None]:
        """Lay down stage after stage; only the last one remains, and goes afterwards."""
        steps = len(text.stages) + 1
        try:
            for number, sql in enumerate(text.stages, start=1):
                self._lay_down(f"stage_{number}", sql, watch, ((number - 1) / steps, number / steps))
                self._drop(f"stage_{number - 1}")
            yield
        finally:
            for table in ("sorted_rows", *(f"stage_{number}" for number in range(1, steps))):
                self._drop(table)

    def _lay_down(self, table: str, sql: str, watch: Watch, part: tuple[float, float]) -> None:
        watch.run(self._connection, f"create temp table {table} as\n{sql}", self._query.bound(sql), part)

    def _drop(self, table: str) -> None:
        self._connection.execute(f"drop table if exists temp.{table}")

    def _print_at_once(self, text: StagedText, target: Path, watch: Watch) -> int:
        return write_at_once(self._connection, self._query, text.query, target, watch, begin=_begin(text))

    def _print_in_pieces(self, text: StagedText, lines_at_once: int, target: Path, watch: Watch) -> int:
        """Sort first, then print some thousand lines at a time: writing many wide lines at once takes memory, too."""
        begin = _begin(text)
        self._lay_down("sorted_rows", text.in_order, watch, (begin, begin))
        rows = watch.run(self._connection, "select count(*) from sorted_rows", {}, (begin, begin))
        piece = target.with_name(f"{target.name}.piece")
        statement, values = copy_statement(text.printed, piece), self._query.bound(text.printed)
        try:
            with target.open("wb") as file:
                file.write(header_line(self._query.columns).encode())
                for first in range(0, rows, lines_at_once):
                    done = begin + (1 - begin) * first / rows
                    lines = {"first_row": first, "last_row": first + lines_at_once - 1}
                    watch.run(self._connection, statement, values | lines, (done, done))
                    with piece.open("rb") as printed:
                        shutil.copyfileobj(printed, file, MIB)
        finally:
            piece.unlink(missing_ok=True)
        return rows


def _begin(text: StagedText) -> float:
    """The part of the report that is done when its stages are."""
    return len(text.stages) / (len(text.stages) + 1)
