"""Brings staged rows into a table: new rows are added, changed ones take the place of their old selves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.ledger.tables import ACCOUNT, Table
from interfaces.ledger.delta.delta_tables import MONTH, DeltaFolder
from interfaces.ledger.delta.pinned_files import DataFile
from interfaces.ledger.merge.staging import staged
from interfaces.ledger.sql_text import text_list

if TYPE_CHECKING:
    from deltalake import DeltaTable
    from duckdb import DuckDBPyConnection, DuckDBPyRelation


_CROWDED = 32
"""From so many small files on, a month is written anew with the next rows, or many loads would slow readers down."""

_SMALL_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Fates:
    """How many rows of one source are new, changed, and as they were."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def rows(self) -> int:
        return self.inserted + self.updated + self.unchanged


@dataclass(frozen=True, slots=True)
class Upsert:
    """One table's part of a load.

    existing  the files that the table has so far
    """

    connection: DuckDBPyConnection
    table: Table
    existing: Sequence[DataFile]

    def decide(self) -> dict[int, Fates]:
        """Compare the staged rows with the existing ones. Gives the fates of each source's rows by its position."""
        if self.existing:
            self.connection.execute(f"create table {self._decided} as {self._decision()}")
        else:
            all_new = f"select *, 'inserted' as fate, null as month_before from {staged(self.table)}"
            self.connection.execute(f"create view {self._decided} as {all_new}")
        counts: dict[int, dict[str, int]] = {}
        for position, fate, rows in self._fetch(
            f"select from_file, fate, count(*) from {self._decided} group by from_file, fate"
        ):
            counts.setdefault(position, {})[fate] = rows
        return {position: Fates(**fates) for position, fates in counts.items()}

    def write(self, folder: DeltaFolder, base: int | None) -> int:
        """Write what is new or changed on top of version `base`. Gives the new version.

        New rows cost nothing but themselves; changed ones cost the months that they are or were in.
        """
        delta = folder.ready_for_load(base)
        if self.table.partitioned:
            self._write_months(folder, delta)
        elif self._any("fate = 'updated'") or self._crowded():
            folder.replace(delta, self._rewritten(), None)
        else:
            folder.append(delta, self._new_rows())
        return delta.version()

    def _write_months(self, folder: DeltaFolder, delta: DeltaTable) -> None:
        months = self._months_to_rewrite()
        if months:
            folder.replace(delta, self._rewritten(months), months)
        elsewhere = f"{MONTH} not in {text_list(months)}"
        if self._any(f"fate = 'inserted' and {elsewhere}"):
            folder.append(delta, self._new_rows(elsewhere))

    def clear(self) -> None:
        """Forget the rows, so that the next table has their room."""
        kind = "table" if self.existing else "view"
        self.connection.execute(f"drop {kind} {self._decided}")
        self.connection.execute(f"drop table {staged(self.table)}")

    @property
    def _decided(self) -> str:
        return f"decided_{self.table.name}"

    @property
    def _columns(self) -> list[str]:
        return [ACCOUNT, *self.table.columns, *([MONTH] if self.table.partitioned else [])]

    def _decision(self) -> str:
        changed = " or ".join(f"old.{column} is distinct from new.{column}" for column in self.table.columns)
        return f"""
            select
                new.*,
                case
                    when old.{ACCOUNT} is null then 'inserted'
                    when {changed} then 'updated'
                    else 'unchanged'
                end as fate,
                {f"old.{MONTH}" if self.table.partitioned else "null"} as month_before
            from {staged(self.table)} as new
            left join ({self._old_rows()}) as old on {self._same_row}"""

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
        """The months that changed rows are or were in, and those of new rows that are in too many files by now."""
        found = self._fetch(f"""
            select {MONTH} from {self._decided} where fate = 'updated'
            union
            select month_before from {self._decided} where fate = 'updated'
            union
            select {MONTH} from {self._decided} where fate = 'inserted' and {MONTH} in {text_list(self._crowded())}
            order by 1""")
        return [month for (month,) in found]

    def _crowded(self) -> list[str]:
        """The months in too many small files; one empty name stands for all of a table without months."""
        small = Counter(file.month or "" for file in self.existing if file.size < _SMALL_BYTES)
        return [month for month, files in small.items() if files >= _CROWDED]

    def _new_rows(self, condition: str = "true") -> DuckDBPyRelation:
        return self._sorted(f"select * from {self._decided} where fate = 'inserted' and {condition}")

    def _rewritten(self, months: Sequence[str] | None = None) -> DuckDBPyRelation:
        """All rows of these months, or of the table for None, as they will be."""
        columns = ", ".join(self._columns)
        key = ", ".join((ACCOUNT, *self.table.key))
        there = "true" if months is None else f"{MONTH} in {text_list(months)}"
        return self._sorted(f"""
            select {columns}
            from ({self._old_rows()}) as old
            anti join (select {key} from {self._decided} where fate = 'updated') as new on {self._same_row}
            where {there}
            union all
            select {columns}
            from {self._decided}
            where fate <> 'unchanged' and {there}""")

    def _sorted(self, query: str) -> DuckDBPyRelation:
        """In the order in which the statistics of Parquet files serve readers best."""
        by = [MONTH, ACCOUNT, "created"] if self.table.partitioned else [ACCOUNT]
        order = ", ".join([*by, *self.table.key])
        return self.connection.sql(f"select {', '.join(self._columns)} from ({query}) order by {order}")

    def _any(self, condition: str) -> bool:
        return bool(self._fetch(f"select 1 from {self._decided} where {condition} limit 1"))

    def _fetch(self, query: str) -> list[Any]:
        return self.connection.execute(query).fetchall()
