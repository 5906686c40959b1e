"""Staging: the checked rows of one load, in a DuckDB database that may spill to disk."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from application.ports.ledger import LedgerSource
from domain.errors import LedgerRefused, StoreUnavailable
from domain.ledger.tables import ACCOUNT, TABLES, Table
from interfaces.ledger.checks.conversions import SQL_TYPES, create_conversions
from interfaces.ledger.checks.rows import Rows
from interfaces.ledger.sources.source_files import open_source
from interfaces.ledger.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def staged(table: Table) -> str:
    """The name of a table's staging table."""
    return f"staged_{table.name}"


@contextmanager
def staging_area(memory_megabytes: int) -> Iterator[Staging]:
    """The staging database of one load, removed at its end. Raises `StoreUnavailable` when disk or memory run out."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="reportrun-load-") as folder:
        connection = duckdb.connect()
        try:
            connection.execute(f"set memory_limit = '{memory_megabytes}MB'")
            connection.execute(f"set temp_directory = {quoted(str(Path(folder) / 'spill'))}")
            connection.execute("set TimeZone = 'UTC'")
            connection.execute("set autoinstall_known_extensions = false")
            create_conversions(connection)
            yield Staging(connection, Path(folder))
        except duckdb.OutOfMemoryException as error:
            raise StoreUnavailable("The load needs more room, in memory or to spill to disk, than there is.") from error
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Staging:
    """Staging tables. Each row carries the position of its source in the load and its record number there."""

    connection: DuckDBPyConnection
    workspace: Path

    def stage(
        self,
        sources: Sequence[LedgerSource],
        tables: Sequence[Table],
        account: str,
        owner_column: str | None,
        progress: Callable[[str, float], None],
    ) -> frozenset[str]:
        """Read and check every row of a load. Returns the accounts that own rows. Raises `LedgerRefused`."""
        owners_named = False
        for position, source in enumerate(sources):
            progress(f"reading {source.path.name}", position / len(sources))
            owners_named |= self._add(position, source, account, owner_column)
        if owner_column is not None and not owners_named:
            raise LedgerRefused("No file of this load has the column that is to name the owners.", column=owner_column)
        if {"balance_transactions", "payout_balance_transactions"} <= {table.name for table in tables}:
            self._derive_owners_of_links()
        for table in tables:
            self._refuse_repeats(table, sources)
        return frozenset().union(*(self._owners(table) for table in tables))

    def created(self, tables: Sequence[Table]) -> dict[str, tuple[int, int]]:
        """Table -> first and last `created` of its staged rows in Unix seconds, for windowed tables."""
        found = {}
        for table in tables:
            if table.windowed:
                query = (
                    f"select epoch_us(min(created)) // 1000000, epoch_us(max(created)) // 1000000 from {staged(table)}"
                )
                first, last = self.connection.execute(query).fetchall()[0]
                if first is not None:
                    found[table.name] = (first, last)
        return found

    def _add(self, position: int, source: LedgerSource, account: str, owner_column: str | None) -> bool:
        """Stage one file. Returns whether its rows name their owners. Raises `LedgerRefused`."""
        table = TABLES[source.table]
        path = self._path_without_wildcards(position, source.path)
        records = open_source(self.connection, path, source.path.name, table, owner_column, self.workspace)
        rows = Rows(table, records, account, owner_column)
        rows.must_have_columns(source.path.name)
        rows.must_have_columns_once(source.path.name)
        self._create_table(table)
        rows = self._insert(position, rows, source.path)
        self._refuse_failed_checks(position, rows, source.path.name)
        return self._names_owners(position, rows)

    def _names_owners(self, position: int, rows: Rows) -> bool:
        """Whether the file has the owner column; for API objects, whether any object has a value there."""
        if not rows.records.nested:
            return rows.names_owners
        named = f"select 1 from {staged(rows.table)} where from_file = {position} and owner_named limit 1"
        return self.connection.execute(named).fetchone() is not None

    def _derive_owners_of_links(self) -> None:
        """A link of a payout without an owner gets the owner of its balance transaction, if that is in the load."""
        self.connection.execute("""
            update staged_payout_balance_transactions as link
            set account = settled.account
            from (select id, min(account) as account from staged_balance_transactions group by id) as settled
            where settled.id = link.balance_transaction_id and not link.owner_named""")

    def _refuse_repeats(self, table: Table, sources: Sequence[LedgerSource]) -> None:
        """Raises `LedgerRefused` when two rows of the load have the same key, and names both."""
        key = ", ".join((ACCOUNT, *table.key))
        order = "order by from_file, record"
        repeated = f"select {key} from {staged(table)} group by {key} having count(*) > 1"
        if self.connection.execute(f"{repeated} limit 1").fetchone() is None:
            return
        row = self.connection.execute(f"""
            select from_file, record, first_file, first_record, key_text
            from (
                select
                    from_file, record,
                    first(from_file) over key as first_file,
                    first(record) over key as first_record,
                    row_number() over key as occurrence,
                    concat_ws(', ', {", ".join(table.key)}) as key_text
                from {staged(table)}
                window key as (partition by {key} {order})
            )
            where occurrence = 2 {order} limit 1""").fetchone()
        assert row is not None
        position, record, first_position, first_record, key_text = row
        where = "" if position == first_position else f" of {sources[first_position].path.name}"
        raise LedgerRefused(
            f"{key_text!r} is already in row {first_record}{where}. A load holds each row once.",
            file=sources[position].path.name,
            row=record,
            column=table.key[0],
        )

    def _owners(self, table: Table) -> frozenset[str]:
        found = self.connection.execute(f"select distinct {ACCOUNT} from {staged(table)}").fetchall()
        return frozenset(account for (account,) in found)

    def _create_table(self, table: Table) -> None:
        columns = ", ".join(f"{column} {SQL_TYPES[kind]}" for column, kind in table.columns.items())
        self.connection.execute(
            f"create table if not exists {staged(table)} "
            f"(from_file integer, record bigint, {ACCOUNT} varchar, month varchar, {columns}, "
            "owner_named boolean, failed_check integer)"
        )

    def _insert(self, position: int, rows: Rows, path: Path) -> Rows:
        """Insert a file's rows, from its normalized copy if need be. Raises `LedgerRefused` for an unreadable file."""
        import duckdb

        try:
            self.connection.execute(f"insert into {staged(rows.table)} select {position}, * from ({rows.query()})")
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            if rows.records.normalized is None:
                raise _unreadable(path, error) from None
            return self._insert(position, replace(rows, records=rows.records.normalized()), path)
        return rows

    def _refuse_failed_checks(self, position: int, rows: Rows, file: str) -> None:
        found = self.connection.execute(f"""
            select record, failed_check from {staged(rows.table)}
            where from_file = {position} and failed_check is not null order by record limit 1""").fetchone()
        if found is None:
            return
        record, index = found
        check = rows.checks()[index]
        (message,) = self.connection.execute(rows.message(check, record)).fetchone() or (None,)
        raise LedgerRefused(str(message), file=file, row=record, column=check.column)

    def _path_without_wildcards(self, position: int, path: Path) -> Path:
        """A path that DuckDB does not expand as a glob pattern, as it would `charges[1].csv`."""
        if not set(str(path)) & set("*?[{"):
            return path
        packed = ".gz" if path.suffix == ".gz" else ""
        plain = self.workspace / f"source{position}{path.with_suffix('').suffix if packed else path.suffix}{packed}"
        plain.symlink_to(path.absolute())
        return plain


def _unreadable(path: Path, error: Exception) -> LedgerRefused:
    problem = str(error).partition("\n")[0]
    return LedgerRefused(f"The file cannot be read: {problem}", file=path.name)
