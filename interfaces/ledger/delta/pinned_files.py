"""The Parquet files of a table's versions, cached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.errors import StoreUnavailable
from interfaces.ledger.delta.storage_errors import unreachable
from interfaces.ledger.delta.table_log import TableLog, is_never_written

CACHED_VERSIONS = 64
"""Of tables: a handful of versions of a ledger. Each holds all of its files, so more would take memory."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file.

    partition    the month or bucket that it belongs to; None in a table without
    size         in bytes
    first, last  `created` of its first and last row, Unix seconds; None where rows have none
    rows         how many; None where the table's log does not say
    ids          the least and the greatest `id`; None where the table's log does not say
    """

    uri: str
    partition: str | None
    size: int
    first: int | None
    last: int | None
    rows: int | None
    ids: tuple[str, str] | None

    def may_hold(self, first: int, last: int) -> bool:
        return self.first is None or self.last is None or (self.first <= last and self.last >= first)

    def may_hold_id(self, id: str) -> bool:
        return self.ids is None or self.ids[0] <= id <= self.ids[1]


class PinnedFiles:
    """The data files of versions, cached: a version never changes."""

    def __init__(self, storage_options: dict[str, str] | None, cached_versions: int = CACHED_VERSIONS) -> None:
        self._storage_options = storage_options
        self.of = lru_cache(cached_versions)(self._read)
        self._added = lru_cache(1)(self._read_log)  # a load asks for the files of a version, then for its statistics

    def has_values(self, uri: str, version: int, column: str) -> bool:
        """Whether any row of a table's version has a value in the column, by the statistics of its log.

        A file without statistics counts as one with values. Raises as `of` does.
        """
        added = self._added(uri, version)
        rows, nulls = (_column(added, name) for name in ("num_records", f"null_count.{column}"))
        return any(empty is None or empty < count for count, empty in zip(rows, nulls, strict=True))

    def _read(self, uri: str, version: int) -> tuple[DataFile, ...]:
        """The files of a table's version.

        Raises `StoreUnavailable` when it is not there, `LedgerUnreachable` while that cannot be known.
        """
        added = self._added(uri, version)
        partition = next((name for name in added.schema.names if name.startswith("partition.")), "partition")
        statistics = ("min.created", "max.created", "num_records", "min.id", "max.id")
        paths, *values = (_column(added, name) for name in ("path", partition, "size_bytes", *statistics))
        if any(map(is_never_written, paths)):
            raise _unreadable()
        return tuple(
            DataFile(f"{uri}/{path}", partition, size, _seconds(first), _seconds(last), rows, _range(least, greatest))
            for path, partition, size, first, last, rows, least, greatest in sorted(zip(paths, *values, strict=True))
        )

    def _read_log(self, uri: str, version: int) -> Any:
        """The files of a table's version with their statistics, as an Arrow record batch. Raises as `of` does."""
        if "://" not in uri and TableLog(Path(uri)).damaged(version):
            raise _unreadable()
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        try:
            return DeltaTable(uri, version=version, storage_options=self._storage_options).get_add_actions(flatten=True)
        except (DeltaError, FileNotFoundError) as error:
            raise _unreadable() from error
        except OSError as error:
            raise unreachable(uri, error) from error


def _column(added: Any, name: str) -> list[Any]:
    """One value a file; None where the log does not say."""
    return added[name].to_pylist() if name in added.schema.names else [None] * added.num_rows


def _unreadable() -> StoreUnavailable:
    return StoreUnavailable(
        "A version of the ledger that is on record cannot be read. `reportrun doctor` says what is wrong with it."
    )


def _range(least: str | None, greatest: str | None) -> tuple[str, str] | None:
    return None if least is None or greatest is None else (least, greatest)


def _seconds(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp())
