"""Makes an itemized report of a ledger that is large beside the memory limit: in pieces, some of them side by side.

Each reads the keys of all tables and the rows that it needs, so that a report takes longer the more pieces it has.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from interfaces.engine.definitions.report_query import ReportQuery
from interfaces.engine.duckdb.csv_copy import header_line
from interfaces.engine.duckdb.lane import Lane, in_parts
from interfaces.engine.duckdb.query_watch import Task, Watch

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MIB = 1024 * 1024

_IN_MEMORY = 5
"""How many times the size of its files a table takes in a query: files are compressed, and joins hold rows twice."""

_CELL_BYTES = 24
"""Memory that a piece takes for each cell of its lines, about. One that takes more is made in halves."""

_LANE_MIB = 192
"""Memory that a lane takes at the least: what it reads of a table passes through it in pieces of its own."""

_BIT_BYTES = 2 * MIB
"""What is written to the disk at once: a few milliseconds."""

_CHOOSING = 0.05
"""The part of a report's time that goes by until its rows are chosen and in order, about."""


def is_large(files: Mapping[str, list[str]], memory_limit_mib: int) -> bool:
    """Whether one query over these files may need more memory than there is."""
    return bytes_of(files) * _IN_MEMORY > memory_limit_mib * MIB


def bytes_of(files: Mapping[str, list[str]]) -> int:
    """What they take on disk."""
    return sum(Path(path).stat().st_size for paths in files.values() for path in paths)


def lanes_of(threads: int, memory_limit_mib: int) -> int:
    """How many pieces may be made side by side."""
    return max(1, min(threads, memory_limit_mib // _LANE_MIB))


def piece_rows(columns: int, lanes: int, memory_limit_mib: int) -> int:
    """How many lines of so many columns a piece may have, when each lane has its share of the memory."""
    return max(1, memory_limit_mib * MIB // (lanes * columns * _CELL_BYTES))


def even_rows(rows: int, most: int, lanes: int) -> int:
    """How many lines each piece has, so that there are no more than `most` and no lane waits for another's last one."""
    rounds = -(-rows // (most * lanes))
    return max(1, -(-rows // max(1, rounds * lanes)))


class LargeReport:
    """One report.

    connection  of a database that runs each query on one thread
    files       the ledger's tables that it reads, as the database shows them
    lanes       how many pieces are made side by side
    piece_rows  the most lines of each
    """

    def __init__(
        self,
        connection: DuckDBPyConnection,
        query: ReportQuery,
        files: Mapping[str, list[str]],
        *,
        lanes: int,
        piece_rows: int,
    ) -> None:
        self._connection = connection
        self._query = query
        self._text = query.staged()
        self._files = files
        self._lanes = lanes
        self._piece_rows = piece_rows
        self._rows = 0

    def write(self, target: Path, watch: Watch) -> int:
        """Write the file and give its number of lines below the header."""
        self._choose(watch)
        with TemporaryDirectory(prefix=f"{target.name}-", dir=target.parent) as folder, target.open("wb") as file:
            file.write(header_line(self._query.columns).encode())
            with closing(self._pieces(Path(folder), watch)) as pieces:
                for piece in pieces:
                    _move(piece, file)
        return self._rows

    def _choose(self, watch: Watch) -> None:
        sql = f"create table chosen as\n{self._text.chosen}"
        watch.run(self._connection, sql, self._query.bound(sql), (0, _CHOOSING))
        self._rows = watch.run(self._connection, "select count(*) from chosen", {}, (_CHOOSING, _CHOOSING))

    def _pieces(self, folder: Path, watch: Watch) -> Generator[Path]:
        """The files of all pieces in order, each as soon as it is written and those before it were."""
        waiting = deque(in_parts(range(self._rows), even_rows(self._rows, self._piece_rows, self._lanes)))
        running: deque[tuple[Lane, Task[list[Path]]]] = deque()
        with ExitStack() as afterwards:
            free = [afterwards.enter_context(closing(self._lane(folder))) for _ in range(self._lanes)]
            afterwards.callback(_stop, running)
            pieces, written = len(waiting), list[Path]()
            while waiting or running:
                while waiting and free:
                    lane = free.pop()
                    running.append((lane, lane.start(waiting.popleft())))
                yield from written
                lane, task = running[0]
                done = _CHOOSING + (1 - _CHOOSING) * (pieces - len(waiting) - len(running)) / pieces
                written = watch.answer_of(task, (done, done))
                running.popleft()
                free.append(lane)
            yield from written

    def _lane(self, folder: Path) -> Lane:
        return Lane(self._connection.cursor(), self._query, self._text, self._files, folder)


def _stop(running: Iterable[tuple[Lane, Task[list[Path]]]]) -> None:
    for _, task in running:
        task.stop()


def _move(piece: Path, file: BinaryIO) -> None:
    """Put a piece at the file's end, and on the disk bit by bit: whoever else writes waits for a bit, not for all."""
    with piece.open("rb") as printed:
        while some := printed.read(_BIT_BYTES):
            file.write(some)
            file.flush()
            os.fsync(file.fileno())
    piece.unlink()
