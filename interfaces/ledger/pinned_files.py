"""The Parquet files of a table's versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from domain.errors import StoreUnavailable


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file, and the `created` of its first and last row in Unix seconds; None where rows have none."""

    uri: str
    first: int | None
    last: int | None

    def may_hold(self, first: int, last: int) -> bool:
        return self.first is None or self.last is None or (self.first <= last and self.last >= first)


class PinnedFiles:
    """Finds the files of versions. A version never changes, so that what was found stays true."""

    def __init__(self, storage_options: dict[str, str] | None, remembered: int = 512) -> None:
        self._storage_options = storage_options
        self.of = lru_cache(remembered)(self._read)

    def _read(self, uri: str, version: int) -> tuple[DataFile, ...]:
        """The files of a table's version. Raises `StoreUnavailable` when it is not there."""
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        try:
            added = DeltaTable(uri, version=version, storage_options=self._storage_options).get_add_actions(
                flatten=True
            )
        except DeltaError as error:
            raise StoreUnavailable("A version of the ledger that is on record cannot be read.") from error
        paths: list[str] = added["path"].to_pylist()
        names = added.schema.names
        firsts = added["min.created"].to_pylist() if "min.created" in names else [None] * len(paths)
        lasts = added["max.created"].to_pylist() if "max.created" in names else [None] * len(paths)
        return tuple(
            DataFile(f"{uri}/{path}", _seconds(first), _seconds(last))
            for path, first, last in sorted(zip(paths, firsts, lasts, strict=True))
        )


def _seconds(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp())
