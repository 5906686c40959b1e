"""One table of the ledger as a Delta table: its schema, and new versions of it.

An event names a version after it was committed. A version that no event names, because its load was killed in between,
is superseded by restoring the version that readers see. No commit removes a file, so every version stays readable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import LedgerBusy
from domain.ledger.tables import ACCOUNT, Kind, Table
from interfaces.host.sql_text import quoted
from interfaces.ledger.delta.storage_errors import write_errors
from interfaces.ledger.delta.table_log import TableLog

if TYPE_CHECKING:
    from deltalake import DeltaTable, PostCommitHookProperties, Schema, WriterProperties
    from duckdb import DuckDBPyRelation

MONTH = "month"
"""The partition of a row: `2025-01`, the UTC month of its `created`."""

BUCKET = "bucket"
"""The partition of a row of a table without months: `0c-of-64`, by a digest of its key."""

_EMPTY = 0
"""The first version of every table is empty."""

_ROW_GROUP_ROWS = 122_880
"""Small enough that row group statistics separate accounts and days."""

_COMPACTED_BYTES = 16_000_000
"""About the size of the files that compaction makes; larger ones are left alone."""

_ALMOST_UNIQUE = ("id", "created", "source", "balance_transaction_id")
"""Columns of which few rows share a value: a dictionary of them takes a fifth of the time of writing, and space."""

_CHECKPOINT_VERSIONS = 10
"""A version is read from the last checkpoint and the log entries after it: never more than about this many."""

_DELTA_TYPES = {Kind.INTEGER: "long", Kind.BOOLEAN: "boolean", Kind.TIME: "timestamp"}
"""Delta types of columns; all others are strings."""


@dataclass(frozen=True, slots=True)
class DeltaFolder:
    """The Delta table in one folder."""

    table: Table
    uri: str
    storage_options: dict[str, str] | None

    def ready_for_load(self, base: int | None) -> DeltaTable:
        """The table with the contents of version `base` (None: empty) as its latest version.

        Raises as `append` does.
        """
        with write_errors(self.uri):
            return self._restored(base)

    def _restored(self, base: int | None) -> DeltaTable:
        from deltalake import DeltaTable
        from deltalake.exceptions import TableNotFoundError

        self.replace_damaged_entries()
        try:
            found = DeltaTable(self.uri, storage_options=self.storage_options)
        except TableNotFoundError:
            return self._create()
        wanted = _EMPTY if base is None else base
        if found.version() != wanted:
            found.restore(wanted, post_commithook_properties=_without_log_cleanup())
            found.update_incremental()
        return found

    def at(self, version: int) -> DeltaTable:
        """The table at a version, to write upon. Raises as `append` does."""
        from deltalake import DeltaTable

        with write_errors(self.uri):
            return DeltaTable(self.uri, version=version, storage_options=self.storage_options)

    def replace_damaged_entries(self, version: int = -1, also: list[Path] | None = None) -> None:
        """Replace damaged log entries, up to a version at least, so that the table can be committed to."""
        if "://" not in self.uri:
            with write_errors(self.uri):
                TableLog(Path(self.uri)).replace_damaged(version, lambda folder: self._create(str(folder)), also)

    def set_broken_checkpoints_aside(self) -> None:
        """Of a folder: a bucket loses no acknowledged object."""
        if "://" not in self.uri:
            with write_errors(self.uri):
                TableLog(Path(self.uri)).set_broken_checkpoints_aside()

    def append(self, to: DeltaTable, rows: DuckDBPyRelation) -> None:
        """Commit more rows.

        Raises `StoreUnavailable`, which names reason and remedy, and `LedgerBusy` when another load committed, too.
        """
        from deltalake import write_deltalake

        with self._sole_writer(to):
            write_deltalake(
                to,
                rows,
                mode="append",
                writer_properties=_writer_properties(self.table),
                post_commithook_properties=_without_log_cleanup(),
            )

    @property
    def partition(self) -> str:
        """The column that tables are partitioned by, from this version of the program on."""
        return MONTH if self.table.partitioned else BUCKET

    def is_partitioned(self, table: DeltaTable) -> bool:
        """False for a table without months that an older version of the program made."""
        return table.metadata().partition_columns == [self.partition]

    def replace(self, of: DeltaTable, rows: DuckDBPyRelation, partitions: Sequence[str] | None) -> None:
        """Overwrite these partitions, or the whole table for None, with `rows`."""
        from deltalake import write_deltalake

        is_new_layout = partitions is None and not self.is_partitioned(of)
        with self._sole_writer(of):
            write_deltalake(
                of,
                rows,
                mode="overwrite",
                predicate=None if partitions is None else f"{self.partition} in ({', '.join(map(quoted, partitions))})",
                schema_mode="overwrite" if is_new_layout else None,
                partition_by=[self.partition] if is_new_layout else None,
                writer_properties=_writer_properties(self.table),
                post_commithook_properties=_without_log_cleanup(),
            )

    def compact(self, table: DeltaTable, partitions: Sequence[str]) -> None:
        """Merge the small files of these partitions, or of the whole table for none, in their order."""
        with self._sole_writer(table):
            table.optimize.compact(
                partition_filters=[(table.metadata().partition_columns[0], "in", list(partitions))]
                if partitions
                else None,
                target_size=_COMPACTED_BYTES,
                writer_properties=_writer_properties(self.table),
                post_commithook_properties=_without_log_cleanup(),
            )

    def checkpoint_if_due(self, table: DeltaTable, base: int | None) -> None:
        """Write a checkpoint, unless few versions were committed since the last one. base: what they built upon"""
        if table.version() // _CHECKPOINT_VERSIONS > (base or 0) // _CHECKPOINT_VERSIONS:
            with write_errors(self.uri):
                table.create_checkpoint()

    @contextmanager
    def _sole_writer(self, table: DeltaTable) -> Iterator[None]:
        """Around one commit."""
        before = table.version()
        with write_errors(self.uri):
            yield
            table.update_incremental()
        if table.version() > before + 1:
            raise LedgerBusy

    def _create(self, uri: str | None = None) -> DeltaTable:
        from deltalake import DeltaTable

        return DeltaTable.create(
            uri or self.uri,
            schema=_schema(self.table),
            partition_by=[self.partition],
            configuration={"delta.enableExpiredLogCleanup": "false"},
            storage_options=self.storage_options,
            post_commithook_properties=_without_log_cleanup(),
        )


def _schema(table: Table) -> Schema:
    from deltalake import Field, Schema
    from deltalake.schema import PrimitiveType

    columns = {ACCOUNT: "string"}
    columns |= {column: _DELTA_TYPES.get(kind, "string") for column, kind in table.columns.items()}
    columns[MONTH if table.partitioned else BUCKET] = "string"
    return Schema([Field(column, PrimitiveType(type)) for column, type in columns.items()])


def _writer_properties(table: Table) -> WriterProperties:
    from deltalake import ColumnProperties, WriterProperties

    plain = ColumnProperties(dictionary_enabled=False)
    return WriterProperties(
        compression="ZSTD",
        compression_level=1,
        max_row_group_size=_ROW_GROUP_ROWS,
        column_properties={column: plain for column in _ALMOST_UNIQUE if column in table.columns},
    )


def _without_log_cleanup() -> PostCommitHookProperties:
    """By default Delta deletes old log entries, and old versions become unreadable. Checkpoints are ours to write."""
    from deltalake import PostCommitHookProperties

    return PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
