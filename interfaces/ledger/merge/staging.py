"""Staging: the checked rows of one load, in a DuckDB database that may spill to disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from application.ports.ledger import LedgerSource, LoadOrder
from domain.errors import ColumnsMissing, LedgerRefused, StoreUnavailable
from domain.errors.ledger import printable, together
from domain.ledger.tables import ACCOUNT, SQL_TYPES, TABLES, Table
from interfaces.host.scratch_folder import ScratchFolder
from interfaces.host.sql_text import quoted
from interfaces.ledger.checks.conversions import create_conversions
from interfaces.ledger.checks.rows import Rows
from interfaces.ledger.checks.unread_columns import must_be_read_whole
from interfaces.ledger.merge.file_parts import parts_of
from interfaces.ledger.merge.file_warnings import warnings_of
from interfaces.ledger.merge.portions import database_share
from interfaces.ledger.merge.staged_file import StagedFile
from interfaces.ledger.merge.staging_tables import (
    drop_deleted_without_data,
    drop_repeated,
    has_duplicates,
    refuse_duplicates,
    staged,
    supplementary,
)
from interfaces.ledger.sources.formats import records_of
from interfaces.ledger.sources.metadata_tables import METADATA_TABLES, owner_of
from interfaces.ledger.sources.records import Records
from interfaces.ledger.sources.source_file import SourceFile, read_through
from interfaces.ledger.sources.workspace import Workspace

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@contextmanager
def staging_area(parent: Path, memory_megabytes: int, unfolded_mib: int) -> Iterator[Staging]:
    """The staging database of one load, in a scratch folder of `parent`.

    Raises `StoreUnavailable` when memory or disk run out, `LedgerRefused` when the load unfolds to more than it may.
    """
    import duckdb

    scratch = ScratchFolder(parent, "load-")
    workspace = Workspace(scratch.path, unfolded_mib)
    connection = duckdb.connect()
    try:
        connection.execute(f"set memory_limit = '{database_share(memory_megabytes)}MiB'")
        connection.execute(f"set temp_directory = {quoted(str(workspace.spill_folder))}")
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set autoinstall_known_extensions = false")
        create_conversions(connection)
        yield Staging(connection, workspace)
    except duckdb.OutOfMemoryException as error:
        if "max_temp_directory_size" in str(error):
            raise workspace.limit_reached() from None
        raise StoreUnavailable("The load needs more room, in memory or to spill to disk, than there is.") from error
    finally:
        connection.close()
        scratch.remove()


@dataclass(frozen=True, slots=True)
class StagedLoad:
    """What was staged of each file, in the order of the load, and the accounts that own rows.

    repeated  position in `files` -> how many of its rows the load has again, with the same values or newer ones
    warnings  sentences about what the files lack, or what of them is left out
    """

    files: list[StagedFile]
    owners: frozenset[str]
    repeated: dict[int, int]
    warnings: tuple[str, ...]

    @property
    def tables(self) -> list[Table]:
        """The tables of the ledger that the load is for, those of objects whose metadata it brings included."""
        tables = [owner_of(table) or table for table in _tables(self.files)]
        return list({table.name: table for table in tables}.values())


@dataclass(frozen=True, slots=True)
class Staging:
    """Staging tables. Each row carries the position of its file in `StagedLoad.files` and its record number there."""

    connection: DuckDBPyConnection
    workspace: Workspace

    def stage(self, order: LoadOrder, progress: Callable[[str, float], None]) -> StagedLoad:
        """Read and check every row of a load. Raises `LedgerRefused`."""
        files: list[StagedFile] = []
        refusals: list[LedgerRefused] = []
        owners_named = False
        for done, source in enumerate(order.sources):
            progress(f"reading {printable(source.path.name)}", done / len(order.sources))
            try:
                added = self._read(len(files), source, order, only_columns=bool(refusals))
            except LedgerRefused as refused:
                if not refusals and not isinstance(refused, ColumnsMissing):
                    raise
                refusals.append(refused)  # of the files that follow, the columns alone are looked at
                continue
            owners_named |= any(self._names_owners(len(files) + n, part.rows) for n, part in enumerate(added))
            files += added
        if refusals:
            raise together(refusals)
        if order.owner_column is not None and not owners_named:
            raise LedgerRefused(
                "No file of this load has the column that is to name the owners.", column=order.owner_column
            )
        tables = _tables(files)
        if {"balance_transactions", "payout_balance_transactions"} <= {table.name for table in tables}:
            self._derive_owners_of_links()
        repeated: dict[int, int] = {}
        for table in tables:
            if has_duplicates(self.connection, table):
                repeated |= drop_repeated(self.connection, table)
                refuse_duplicates(self.connection, table, [file.name for file in files])
        owners = frozenset().union(*(self._owners(table) for table in tables))
        return StagedLoad(files, owners, repeated, warnings_of(files))

    def _read(self, position: int, source: LedgerSource, order: LoadOrder, *, only_columns: bool) -> list[StagedFile]:
        """Stage one file, from a position on. Returns a part for each table that it is for. Raises `LedgerRefused`.

        only_columns  look whether it has the columns that it needs, and stage nothing
        """
        file = read_through(source.path, self.workspace)
        try:
            added = self._add(position, file, (TABLES | METADATA_TABLES)[source.table], order, only_columns)
            file.must_be_unchanged(source.path)
            return added
        except LedgerRefused as refused:
            raise refused.of_file(file.name) from refused.__cause__
        finally:
            self.workspace.remove_copies()

    def _add(
        self, position: int, file: SourceFile, table: Table, order: LoadOrder, only_columns: bool
    ) -> list[StagedFile]:

        def records_for(table: Table) -> Records:
            return records_of(self.connection, file, table, order.owner_column, self.workspace)

        parts = []
        for n, part in enumerate(parts_of(self.connection, file.name, table, records_for)):
            rows = Rows(part.table, part.records, order.account, order.owner_column, part.only)
            into = supplementary(part.table) if part.supplements else staged(part.table)
            if only_columns:
                rows.must_have_columns(file.name)
                continue
            parts.append(self._add_rows(position + n, file, rows, into))
        if only_columns:
            return []
        own = [part for part in parts if not part.supplements] or parts
        unread = tuple(column for column in own[0].unread if all(column in part.unread for part in own))
        if order.strict:
            must_be_read_whole(unread, file.name)
        return [replace(part, unread=unread) for part in parts]

    def _add_rows(self, position: int, file: SourceFile, rows: Rows, into: str) -> StagedFile:
        rows.must_have_columns(file.name)
        for table in filter(None, (rows.table, owner_of(rows.table))):
            self._create_table(table, staged(table))
        self._create_table(rows.table, into)
        rows = self._insert(position, rows, file.name, into)
        is_supplement = into == supplementary(rows.table)
        if is_supplement:  # an object within another may have some of its fields: its id is read, and no more
            self.connection.execute(f"delete from {into} where from_file = {position} and failed_check is not null")
        else:
            self._refuse_failed_checks(position, rows, file.name, into)
        left_alone = drop_deleted_without_data(self.connection, rows.table, into)
        return StagedFile(file, rows, rows.unread(), 0 if is_supplement else left_alone, is_supplement)

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

    def _owners(self, table: Table) -> frozenset[str]:
        found = self.connection.execute(f"select distinct {ACCOUNT} from {staged(table)}").fetchall()
        return frozenset(account for (account,) in found)

    def _create_table(self, table: Table, name: str) -> None:
        columns = ", ".join(f"{column} {SQL_TYPES[kind]}" for column, kind in table.columns.items())
        self.connection.execute(
            f"create table if not exists {name} "
            f"(from_file integer, record bigint, stamp bigint, {ACCOUNT} varchar, month varchar, {columns}, "
            "owner_named boolean, deleted boolean, failed_check integer)"
        )

    def _insert(self, position: int, rows: Rows, file: str, into: str) -> Rows:
        """Insert a file's rows, from its normalized copy if need be. Raises `LedgerRefused` for an unreadable file."""
        import duckdb

        self.connection.execute(f"set max_temp_directory_size = '{self.workspace.remaining_bytes()}B'")
        try:
            self.connection.execute(f"insert into {into} select {position}, * from ({rows.query()})")
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            if rows.records.normalized is None:
                raise LedgerRefused("The file cannot be read: it is damaged.", file=file) from None
            return self._insert(position, replace(rows, records=rows.records.normalized()), file, into)
        return rows

    def _refuse_failed_checks(self, position: int, rows: Rows, file: str, into: str) -> None:
        found = self.connection.execute(f"""
            select record, failed_check from {into}
            where from_file = {position} and failed_check is not null and not deleted
            order by record limit 1""").fetchone()
        if found is None:
            return
        record, index = found
        check = rows.checks()[index]
        (message,) = self.connection.execute(rows.message(check, record)).fetchone() or (None,)
        raise LedgerRefused(str(message), file=file, row=record, column=check.column)


def _tables(files: Sequence[StagedFile]) -> list[Table]:
    return list({file.table.name: file.table for file in files}.values())
