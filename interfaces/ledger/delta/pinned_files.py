"""The Parquet files of a table's versions, cached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.errors import StoreUnavailable
from interfaces.ledger.delta.table_log import TableLog, is_never_written


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file.

    month        the partition that it belongs to; None in a table without
    size         in bytes
    first, last  `created` of its first and last row, Unix seconds; None where rows have none
    """

    uri: str
    month: str | None
    size: int
    first: int | None
    last: int | None

    def may_hold(self, first: int, last: int) -> bool:
        return self.first is None or self.last is None or (self.first <= last and self.last >= first)


class PinnedFiles:
    """The data files of versions, cached: a version never changes."""

    def __init__(self, storage_options: dict[str, str] | None, cached_versions: int = 512) -> None:
        self._storage_options = storage_options
        self.of = lru_cache(cached_versions)(self._read)

    def _read(self, uri: str, version: int) -> tuple[DataFile, ...]:
        """The files of a table's version. Raises `StoreUnavailable` when it is not there."""
        if "://" not in uri and TableLog(Path(uri)).damaged(version):
            raise _unreadable()
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        try:
            added = DeltaTable(uri, version=version, storage_options=self._storage_options).get_add_actions(
                flatten=True
            )
        except DeltaError as error:
            raise _unreadable() from error

        def all_of(column: str) -> list[Any]:
            there = column in added.schema.names
            return added[column].to_pylist() if there else [None] * added.num_rows

        paths, sizes, months = all_of("path"), all_of("size_bytes"), all_of("partition.month")
        if any(map(is_never_written, paths)):
            raise _unreadable()
        spans = zip(all_of("min.created"), all_of("max.created"), strict=True)
        return tuple(
            DataFile(f"{uri}/{path}", month, size, _seconds(first), _seconds(last))
            for path, month, size, (first, last) in sorted(zip(paths, months, sizes, spans, strict=True))
        )


def _unreadable() -> StoreUnavailable:
    return StoreUnavailable(
        "A version of the ledger that is on record cannot be read. `reportrun doctor` says what is wrong with it."
    )


def _seconds(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp())
