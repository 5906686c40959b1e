"""Merges staged rows into a table: new rows are inserted, changed rows replace the stored ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.ledger.tables import ACCOUNT, OPENING_BALANCES, Table
from interfaces.ledger.delta.delta_tables import MONTH, DeltaFolder
from interfaces.ledger.delta.pinned_files import DataFile
from interfaces.ledger.merge.staging_tables import staged
from interfaces.ledger.sql_text import text_list
from interfaces.ledger.upkeep.small_files import merge_small_files

if TYPE_CHECKING:
    from deltalake import DeltaTable
    from duckdb import DuckDBPyConnection, DuckDBPyRelation


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

        Inserted rows are appended; updated rows rewrite the months that they are or were in. Where small files have
        gathered, they are merged: many of them slow readers down.
        """
        delta = folder.ready_for_load(base)
        if self.table.partitioned:
            self._write_months(folder, delta)
        elif self._any("outcome in ('updated', 'removed')"):
            folder.replace(delta, self._rewritten(), None)
        else:
            folder.append(delta, self._new_rows())
        merge_small_files(folder, delta)
        folder.checkpoint_if_due(delta, base)
        return delta.version()

    def _write_months(self, folder: DeltaFolder, delta: DeltaTable) -> None:
        months = self._months_to_rewrite()
        if months:
            folder.replace(delta, self._rewritten(months), months)
        elsewhere = f"{MONTH} not in {text_list(months)}"
        if self._any(f"outcome = 'inserted' and {elsewhere}"):
            folder.append(delta, self._new_rows(elsewhere))

    def clear(self) -> None:
        """Drop the staged rows and the diff, which frees their memory for the next table."""
        kind = "table" if self.existing else "view"
        self.connection.execute(f"drop {kind} {self._diff}")
        self.connection.execute(f"drop table {staged(self.table)}")

    @property
    def _diff(self) -> str:
        return f"diff_{self.table.name}"

    @property
    def _columns(self) -> list[str]:
        return [ACCOUNT, *self.table.columns, *([MONTH] if self.table.partitioned else [])]

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
                {f"old.{MONTH}" if self.table.partitioned else "null"} as old_month
            from {staged(self.table)} as new
            left join ({self._old_rows()}) as old on {self._same_row}"""

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

    def _old_rows(self) -> str:
        month = f", strftime(created, '%Y-%m') as {MONTH}" if self.table.partitioned else ""
        files = text_list(file.uri for file in self.existing)
        return f"select *{month} from read_parquet({files}, hive_partitioning = false)"

    def _months_to_rewrite(self) -> list[str]:
        """The months of updated rows, before and after."""
        found = self._fetch(f"""
            select {MONTH} from {self._diff} where outcome = 'updated'
            union
            select old_month from {self._diff} where outcome = 'updated'
            order by 1""")
        return [month for (month,) in found]

    def _new_rows(self, condition: str = "true") -> DuckDBPyRelation:
        return self._sorted(f"select * from {self._diff} where outcome = 'inserted' and {condition}")

    def _rewritten(self, months: Sequence[str] | None = None) -> DuckDBPyRelation:
        """All rows of these months, or of the table for None, after the merge."""
        columns = ", ".join(self._columns)
        key = ", ".join((ACCOUNT, *self.table.key))
        there = "true" if months is None else f"{MONTH} in {text_list(months)}"
        return self._sorted(f"""
            select {columns}
            from ({self._old_rows()}) as old
            anti join (select {key} from {self._diff} where outcome in ('updated', 'removed')) as new
                on {self._same_row}
            where {there}
            union all
            select {columns}
            from {self._diff}
            where outcome in ('inserted', 'updated') and {there}""")

    def _sorted(self, query: str) -> DuckDBPyRelation:
        """Sorted, so that the row groups' statistics let readers skip most of a file."""
        by = [MONTH, ACCOUNT, "created"] if self.table.partitioned else [ACCOUNT]
        order = ", ".join([*by, *self.table.key])
        return self.connection.sql(f"select {', '.join(self._columns)} from ({query}) order by {order}")

    def _any(self, condition: str) -> bool:
        return bool(self._fetch(f"select 1 from {self._diff} where {condition} limit 1"))

    def _fetch(self, query: str) -> list[Any]:
        return self.connection.execute(query).fetchall()
