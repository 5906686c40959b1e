"""Merges staged rows into a table: new rows are inserted, changed rows replace the stored ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.ledger.tables import ACCOUNT, OPENING_BALANCES, Table
from interfaces.host.sql_text import text_list
from interfaces.ledger.delta.delta_tables import DeltaFolder
from interfaces.ledger.delta.pinned_files import DataFile
from interfaces.ledger.merge.partitions import MONTHS, NONE, Partitions, buckets, count_for, count_of
from interfaces.ledger.merge.portions import ARRANGED_FROM_ROWS, portions
from interfaces.ledger.merge.staging_tables import staged
from interfaces.ledger.upkeep.small_files import merge_small_files

if TYPE_CHECKING:
    from deltalake import DeltaTable
    from duckdb import DuckDBPyConnection, DuckDBPyRelation


_CHANGED = "outcome in ('updated', 'removed')"
"""Of rows in the diff: whether stored rows give way to them."""

_CAN_BE_TAKEN_BACK = ("payout_balance_transactions", OPENING_BALANCES)
"""Tables of statements about other rows, which can be wrong."""


@dataclass(frozen=True, slots=True)
class MergeOutcome:
    """How many rows of one source were inserted, updated, unchanged or removed.

    deleted  rows that are marked as deleted, and were left alone
    """

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    deleted: int = 0

    @property
    def rows(self) -> int:
        return self.inserted + self.updated + self.unchanged + self.removed + self.deleted

    @property
    def changed(self) -> bool:
        return bool(self.inserted or self.updated or self.removed)


@dataclass(frozen=True, slots=True)
class Upsert:
    """The merge of one table's staged rows with its stored rows.

    existing  the data files of the version that the load builds on
    """

    connection: DuckDBPyConnection
    table: Table
    existing: Sequence[DataFile]

    def diff(self) -> dict[int, MergeOutcome]:
        """Compare the staged rows with the stored ones. Returns the outcome of each source by its position."""
        if self.existing:
            self.connection.execute(f"create table {self._diff} as {self._diff_query()}")
        else:
            unless_deleted = f"case when {self._is_lost} then 'deleted' else 'inserted' end as outcome"
            all_inserted = f"select *, {unless_deleted}, null as old_month from {staged(self.table)}"
            self.connection.execute(f"create view {self._diff} as {all_inserted}")
        counts: dict[int, dict[str, int]] = {}
        for position, outcome, rows in self._fetch(
            f"select from_file, outcome, count(*) from {self._diff} group by from_file, outcome"
        ):
            counts.setdefault(position, {})[outcome] = rows
        return {position: MergeOutcome(**rows_by_outcome) for position, rows_by_outcome in counts.items()}

    def write(self, folder: DeltaFolder, base: int | None) -> int:
        """Commit the inserted and updated rows on top of version `base`. Returns the new version.

        Inserted rows are appended; updated rows rewrite the partitions that they are or were in. Where small files have
        gathered, they are merged: many of them slow readers down.
        """
        delta = folder.ready_for_load(base)
        partitions, is_whole = self._layout()
        if is_whole:
            self._write_whole(folder, delta, partitions)
        else:
            self._write_partitions(folder, delta, partitions)
        merge_small_files(folder, delta)
        folder.checkpoint_if_due(delta, base)
        return delta.version()

    def _layout(self) -> tuple[Partitions, bool]:
        """How the table is partitioned from now on, and whether it is written as a whole for that.

        Changed rows are the occasion to divide a table that has grown, or that an older version of the program made
        without partitions; new rows alone are appended to it as it is.
        """
        if self.table.partitioned:
            return MONTHS, False
        count, wanted = count_of(self.existing), count_for(self._count_rows())
        if not self.existing or ((count or 0) < wanted and self._any(_CHANGED)):
            return buckets(self.table, wanted), True
        return (NONE if count is None else buckets(self.table, count)), False

    def _write_whole(self, folder: DeltaFolder, delta: DeltaTable, partitions: Partitions) -> None:
        every_row = self._after_merge(partitions)
        rows = self._portions(partitions, every_row)
        first = next(rows, None)
        folder.replace(delta, self._sorted(partitions, every_row) if first is None else first, None)
        for portion in rows:
            folder.append(delta, portion)

    def _write_partitions(self, folder: DeltaFolder, delta: DeltaTable, partitions: Partitions) -> None:
        changed = self._changed(partitions)
        for portion in portions(self._count_stored(changed)):
            names = [name for name in portion if name is not None]
            folder.replace(delta, self._sorted(partitions, self._after_merge(partitions, names)), names)
        elsewhere = f" and {partitions.of_staged} not in {text_list(changed)}" if changed else ""
        for rows in self._portions(partitions, self._staged(partitions, f"outcome = 'inserted'{elsewhere}")):
            folder.append(delta, rows)

    def _portions(self, partitions: Partitions, query: str) -> Iterator[DuckDBPyRelation]:
        """The rows of a query, sorted, some partitions at a time. Use each before the next; none for no rows."""
        counts = self._fetch(f"select part, count(*) from ({query}) group by part order by part")
        source = f"({query})"
        if sum(rows for _, rows in counts) > ARRANGED_FROM_ROWS:
            source = self._arranged
            self.connection.execute(f"create table {source} as {query} order by part")
        for portion in portions(counts):
            names = [name for name in portion if name is not None]
            there = f"part in {text_list(names)}" if names else "true"
            yield self._sorted(partitions, f"select * from {source} where {there}")
        self.connection.execute(f"drop table if exists {self._arranged}")

    def _count_stored(self, names: Sequence[str]) -> list[tuple[str, int]]:
        """Partition -> how many stored rows it has."""
        stored: Counter[str | None] = Counter()
        for file in self.existing:
            stored[file.partition] += file.rows or 0
        return [(name, stored[name]) for name in names]

    def clear(self) -> None:
        """Drop the staged rows and the diff, which frees their memory for the next table."""
        kind = "table" if self.existing else "view"
        self.connection.execute(f"drop {kind} {self._diff}")
        self.connection.execute(f"drop table {staged(self.table)}")

    @property
    def _diff(self) -> str:
        return f"diff_{self.table.name}"

    @property
    def _arranged(self) -> str:
        return f"arranged_{self.table.name}"

    @property
    def _columns(self) -> str:
        return ", ".join((ACCOUNT, *self.table.columns))

    def _diff_query(self) -> str:
        changed = " or ".join(f"old.{column} is distinct from new.{column}" for column in self.table.columns)
        return f"""
            select
                new.*,
                case
                    when {self._is_lost} then if(old.{ACCOUNT} is null, 'deleted', 'removed')
                    when old.{ACCOUNT} is null then 'inserted'
                    when {changed} then if(deleted, 'deleted', 'updated')
                    else 'unchanged'
                end as outcome,
                {"month_of(old.created)" if self.table.partitioned else "null"} as old_month
            from {staged(self.table)} as new
            left join {self._stored_files} as old on {self._same_row}"""

    @property
    def _is_lost(self) -> str:
        """Whether `new` is a deleted row that is to go: a link or an opening balance that no longer holds. What is
        known of others stays, because the past does not change."""
        return "deleted" if self.table.name in _CAN_BE_TAKEN_BACK else "false"

    @property
    def _same_row(self) -> str:
        """Whether `old` and `new` are one row by their keys."""
        always_given = self.table.required | {ACCOUNT}
        return " and ".join(
            f"old.{column} {'=' if column in always_given else 'is not distinct from'} new.{column}"
            for column in (ACCOUNT, *self.table.key)
        )

    @property
    def _stored_files(self) -> str:
        return f"read_parquet({text_list(file.uri for file in self.existing)}, hive_partitioning = false)"

    def _count_rows(self) -> int:
        """The stored rows and the inserted ones."""
        (inserted,) = self._fetch(f"select count(*) from {self._diff} where outcome = 'inserted'")[0]
        return int(inserted) + sum(file.rows or 0 for file in self.existing)

    def _changed(self, partitions: Partitions) -> list[str]:
        """The partitions of changed rows, before and after."""
        before = "old_month" if self.table.partitioned else partitions.of_staged
        found = self._fetch(f"""
            select {partitions.of_staged} from {self._diff} where {_CHANGED}
            union
            select {before} from {self._diff} where {_CHANGED}
            order by 1""")
        return [partition for (partition,) in found]

    def _after_merge(self, partitions: Partitions, names: Sequence[str] | None = None) -> str:
        """All rows of some partitions, or of the table for None, after the merge."""
        stored_there, staged_there = "true", "outcome in ('inserted', 'updated')"
        if names is not None:
            stored_there = f"{partitions.of_stored} in {text_list(names)}"
            staged_there += f" and {partitions.of_staged} in {text_list(names)}"
        staged_rows = self._staged(partitions, staged_there)
        if not self.existing:
            return staged_rows
        return f"{self._unchanged(partitions, stored_there)} union all {staged_rows}"

    def _unchanged(self, partitions: Partitions, condition: str) -> str:
        """The stored rows that the load does not change."""
        key = ", ".join((ACCOUNT, *self.table.key))
        return f"""
            select {self._columns}, {partitions.of_stored} as part
            from {self._stored_files} as old
            anti join (select {key} from {self._diff} where {_CHANGED}) as new on {self._same_row}
            where {condition}"""

    def _staged(self, partitions: Partitions, condition: str) -> str:
        return f"select {self._columns}, {partitions.of_staged} as part from {self._diff} where {condition}"

    def _sorted(self, partitions: Partitions, query: str) -> DuckDBPyRelation:
        """Sorted, so that the row groups' statistics let readers skip most of a file."""
        by = ["part", ACCOUNT, *(["created"] if self.table.partitioned else []), *self.table.key]
        part = f", part as {partitions.column}" if partitions.column else ""
        return self.connection.sql(f"select {self._columns}{part} from ({query}) order by {', '.join(by)}")

    def _any(self, condition: str) -> bool:
        return bool(self._fetch(f"select 1 from {self._diff} where {condition} limit 1"))

    def _fetch(self, query: str) -> list[Any]:
        return self.connection.execute(query).fetchall()
