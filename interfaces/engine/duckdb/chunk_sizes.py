"""How large a ledger may be for one query, and how its reports are divided into chunks when it is larger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

MIB = 1024 * 1024

_IN_MEMORY = 5
"""How many times the size of its files a table takes in a query: files are compressed, and joins hold rows twice."""

_CELL_BYTES = 24
"""Memory that a chunk takes for each cell of its lines, about. A chunk that takes more is made in halves."""

_THREAD_MIB = 192
"""Memory that a worker thread takes at the least: what it reads of a table is buffered."""


def is_large(files: Mapping[str, list[str]], memory_limit_mib: int) -> bool:
    """Whether one query over these files may need more memory than there is."""
    return bytes_of(files) * _IN_MEMORY > memory_limit_mib * MIB


def bytes_of(files: Mapping[str, list[str]]) -> int:
    """What they take on disk."""
    return sum(Path(path).stat().st_size for paths in files.values() for path in paths)


def worker_threads(threads: int, memory_limit_mib: int) -> int:
    """How many chunks may be made concurrently."""
    return max(1, min(threads, memory_limit_mib // _THREAD_MIB))


def chunk_rows(columns: int, workers: int, memory_limit_mib: int) -> int:
    """How many lines of so many columns a chunk may have, when each worker thread has its share of the memory."""
    return max(1, memory_limit_mib * MIB // (workers * columns * _CELL_BYTES))


def even_rows(rows: int, most: int, workers: int) -> int:
    """How many lines each chunk has: at most `most`, and such that no worker thread waits for another's last chunk."""
    rounds = -(-rows // (most * workers))
    return max(1, -(-rows // max(1, rounds * workers)))


def in_chunks(rows: range, size: int) -> Iterator[range]:
    """A range as ranges of so many, the last of what is left."""
    return (rows[first : first + size] for first in range(0, len(rows), size))
