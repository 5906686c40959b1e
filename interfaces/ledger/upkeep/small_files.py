"""Small files of a Delta table: where they gather, and merging them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from interfaces.ledger.delta.delta_tables import DeltaFolder

if TYPE_CHECKING:
    from deltalake import DeltaTable

SMALL_BYTES = 4_000_000
"""Opening a file takes about as long as reading this much of it: what is smaller costs more than its rows."""

CROWDED_FROM = 4
"""A partition with this many small files is compacted by the load that finds it so."""


def crowded_partitions(table: DeltaTable, least: int = CROWDED_FROM) -> list[str | None]:
    """The partitions with `least` small files or more; `None` stands for the whole of a table without partitions."""
    added = table.get_add_actions(flatten=True)
    columns = table.metadata().partition_columns
    partitions = added[f"partition.{columns[0]}"].to_pylist() if columns else [None] * added.num_rows
    sizes = added["size_bytes"].to_pylist()
    small = Counter(partition for partition, size in zip(partitions, sizes, strict=True) if size < SMALL_BYTES)
    return [partition for partition, files in small.items() if files >= least]


def merge_small_files(folder: DeltaFolder, table: DeltaTable, least: int = CROWDED_FROM) -> None:
    """Commit a version with the same rows in fewer files, where partitions are crowded."""
    crowded: Sequence[str | None] = crowded_partitions(table, least)
    if crowded:
        folder.compact(table, [partition for partition in crowded if partition is not None])
