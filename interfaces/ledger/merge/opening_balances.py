"""The check that no balance transaction counts before the opening balance that holds it already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import LedgerRefused
from domain.errors.ledger import printable
from domain.instants import utc_text
from domain.ledger.tables import ACCOUNT, OPENING_BALANCES, SQL_TYPES, TABLES
from interfaces.host.sql_text import text_list
from interfaces.ledger.merge.staging_tables import staged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

READ_TABLES = ("balance_transactions", "payouts", OPENING_BALANCES)
"""The tables that decide which rows count before an opening balance."""


class HeldTransaction(NamedTuple):
    """A balance transaction that counts before an opening balance.

    instant, as_of  in Unix seconds
    file, record    positions of its file and of its row there; None when the ledger had it before
    opening_file, opening_record   the same of the opening balance
    """

    account: str
    id: str
    currency: str
    instant: int
    as_of: int
    file: int | None
    record: int | None
    opening_file: int | None
    opening_record: int | None


def check_opening_balances(
    connection: DuckDBPyConnection,
    stored: Mapping[str, Sequence[str]],
    brought: Sequence[str],
    file_names: Sequence[str],
    *,
    ignore: bool,
) -> Iterator[str]:
    """Warn of balance transactions that count before an opening balance.

    stored      table -> its data files, for each of `READ_TABLES`
    brought     the tables that the load brings rows for
    file_names  of the files of the load, by their positions

    Raises `LedgerRefused` for the first of them unless they are to be ignored.
    """
    if not stored[OPENING_BALANCES] and OPENING_BALANCES not in brought:
        return
    for table in READ_TABLES:
        connection.execute(f"create or replace temp view stored_{table} as {_stored_rows(table, stored[table])}")
        connection.execute(f"create or replace temp view brought_{table} as {_brought_rows(table, table in brought)}")
    connection.execute(files(__package__).joinpath("opening_balances.sql").read_text("utf-8"))
    first = connection.execute("from held_transactions order by from_file, record, account, id limit 1").fetchone()
    if first is None:
        return
    if not ignore:
        raise _refusal(connection, HeldTransaction(*first), file_names)
    for position, rows, id in connection.execute(
        "select from_file, count(*), min(id) from held_transactions group by from_file order by from_file"
    ).fetchall():
        where = "The ledger" if position is None else file_names[position]
        yield printable(
            f"{where}: {_rows(rows)} before an opening balance, which holds them already, so balances leave them out, "
            f"such as {id}."
        )


def _refusal(connection: DuckDBPyConnection, held: HeldTransaction, file_names: Sequence[str]) -> LedgerRefused:
    opening = f"the opening balance in {held.currency} as of {utc_text(held.as_of)}"
    ignoring = "or load with `--before-opening ignore`: balances then leave them out."
    if held.file is not None:
        return LedgerRefused(
            f"{held.id} counts at {utc_text(held.instant)}, before {opening}, which holds it already. Leave such rows "
            f"out of the file, {ignoring}",
            file=file_names[held.file],
            row=held.record,
            column="created",
        )
    assert held.opening_file is not None, "a stored row is held by a new opening balance only"
    (rows,) = connection.execute(
        "select count(*) from held_transactions where account = ? and currency = ? and from_file is null",
        [held.account, held.currency],
    ).fetchone() or (0,)
    return LedgerRefused(
        f"{_rows(rows)} in the ledger of {held.account} before {opening}, which would hold them already, such as "
        f"{held.id} at {utc_text(held.instant)}. Give the balance as of an earlier time, {ignoring}",
        file=file_names[held.opening_file],
        row=held.opening_record,
        column="as_of",
    )


def _rows(count: int) -> str:
    return "1 row counts" if count == 1 else f"{count:,} rows count"


def _stored_rows(table: str, paths: Sequence[str]) -> str:
    if paths:
        return f"select * from read_parquet({text_list(paths)}, hive_partitioning = false)"
    return f"select {_no_values(table)} where false"


def _brought_rows(table: str, is_brought: bool) -> str:
    if is_brought:
        return f"select * from {staged(TABLES[table])}"
    return (
        f"select cast(null as integer) as from_file, cast(null as bigint) as record, false as deleted, "
        f"{_no_values(table)} where false"
    )


def _no_values(table: str) -> str:
    columns = {ACCOUNT: "varchar"} | {column: SQL_TYPES[kind] for column, kind in TABLES[table].columns.items()}
    return ", ".join(f"cast(null as {type}) as {column}" for column, type in columns.items())
