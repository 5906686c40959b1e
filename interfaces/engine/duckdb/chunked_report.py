"""Makes an itemized report of a ledger that is large for the memory limit: in chunks, several of them concurrently.

Every chunk reads the keys of all tables and the rows that it needs, so a report takes longer the more chunks it has.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from interfaces.engine.definitions.csv_header import header_line
from interfaces.engine.definitions.report_query import ReportQuery
from interfaces.engine.definitions.statement import Statement
from interfaces.engine.duckdb.chunk_sizes import MIB, even_rows, in_chunks
from interfaces.engine.duckdb.chunk_worker import ChunkWorker
from interfaces.engine.duckdb.query_watch import QueryWatch, Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BLOCK_BYTES = 2 * MIB
"""What is written to the disk at once: a few milliseconds."""

_SELECTING = 0.05
"""The part of a report's time that passes until its rows are selected and in order, about."""


class ChunkedReport:
    """One report.

    connection  of a database that runs each query on one thread
    files       the ledger's tables that it reads, as the database shows them
    workers     how many chunks are made concurrently
    chunk_rows  the most lines of each
    """

    def __init__(
        self,
        connection: DuckDBPyConnection,
        query: ReportQuery,
        files: Mapping[str, list[str]],
        *,
        workers: int,
        chunk_rows: int,
    ) -> None:
        self._connection = connection
        self._query = query
        self._staged = query.staged()
        self._files = files
        self._workers = workers
        self._chunk_rows = chunk_rows
        self._rows = 0

    def write(self, target: Path, watch: QueryWatch) -> int:
        """Write the file and give its number of lines below the header."""
        self._select(self._staged.selected, watch)
        with TemporaryDirectory(prefix=f"{target.name}-", dir=target.parent) as folder, target.open("wb") as file:
            file.write(header_line(self._query.columns).encode())
            with closing(self._chunks(Path(folder), watch)) as chunks:
                for chunk in chunks:
                    _move(chunk, file)
        return self._rows

    def _select(self, selected: Statement, watch: QueryWatch) -> None:
        sql = f"create table selected_rows as\n{selected.sql}"
        watch.run(self._connection, sql, self._query.bound(selected), (0, _SELECTING))
        self._rows = watch.run(self._connection, "select count(*) from selected_rows", {}, (_SELECTING, _SELECTING))

    def _chunks(self, folder: Path, watch: QueryWatch) -> Generator[Path]:
        """The files of all chunks in order, each as soon as it is written and those before it were."""
        waiting = deque(in_chunks(range(self._rows), even_rows(self._rows, self._chunk_rows, self._workers)))
        running: deque[tuple[ChunkWorker, Task[list[Path]]]] = deque()
        with ExitStack() as afterwards:
            free = [afterwards.enter_context(closing(self._worker(folder))) for _ in range(self._workers)]
            afterwards.callback(_stop, running)
            chunks, written = len(waiting), list[Path]()
            while waiting or running:
                while waiting and free:
                    worker = free.pop()
                    running.append((worker, worker.start(waiting.popleft())))
                yield from written
                worker, task = running[0]
                done = _SELECTING + (1 - _SELECTING) * (chunks - len(waiting) - len(running)) / chunks
                written = watch.answer_of(task, (done, done))
                running.popleft()
                free.append(worker)
            yield from written

    def _worker(self, folder: Path) -> ChunkWorker:
        return ChunkWorker(self._connection.cursor(), self._query, self._staged, self._files, folder)


def _stop(running: Iterable[tuple[ChunkWorker, Task[list[Path]]]]) -> None:
    for _, task in running:
        task.stop()


def _move(chunk: Path, file: BinaryIO) -> None:
    """Append a chunk to the file, synced block by block: other writers to the disk wait for one block only."""
    with chunk.open("rb") as printed:
        while block := printed.read(_BLOCK_BYTES):
            file.write(block)
            file.flush()
            os.fsync(file.fileno())
    chunk.unlink()
