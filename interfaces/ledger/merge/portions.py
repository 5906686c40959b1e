"""Portions: rows are written some partitions at a time, so that the memory of a load does not grow with its rows.

Delta holds what it writes in memory until a row group is full, for each partition of a commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

PORTION_ROWS = 400_000
"""One commit has no more, unless one partition has."""

ARRANGED_FROM_ROWS = 1_000_000
"""So many rows are put in the order of their partitions first: each portion then reads its own rows alone."""

LOAD_PROCESS_MIB = 640
"""What a load holds that its database does not count: itself, libraries, and rows on their way into files."""


def portions(rows: Iterable[tuple[str | None, int]]) -> list[Sequence[str | None]]:
    """Partitions in groups of few rows, in their order. rows: partition -> how many"""
    groups: list[list[str | None]] = []
    held = 0
    for partition, count in rows:
        if not groups or held + count > PORTION_ROWS:
            groups.append([])
            held = 0
        groups[-1].append(partition)
        held += count
    return [*groups]


def database_share(memory_megabytes: int) -> int:
    """What the database of a load may hold, of what the whole process may."""
    return max(memory_megabytes - LOAD_PROCESS_MIB, memory_megabytes // 3)
