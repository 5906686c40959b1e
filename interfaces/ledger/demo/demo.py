"""The demo ledger: a year of a small coffee business, made up, the same every time, and right to the cent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from application.ports.ledger import LedgerSource
from domain.errors import StoreUnavailable
from domain.ledger.tables import OPENING_BALANCES, TABLES, Table
from interfaces.host.sql_text import quoted
from interfaces.ledger.demo.demo_payouts import Payout, instant, sweep

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DEMO_TABLES = tuple(name for name in TABLES if name != OPENING_BALANCES)
"""The demo business begins with nothing. An opening balance would have older rows of its users refused."""

_AUTOMATIC_TO_A_MANUAL = 25
_CURRENCIES = ("eur", "jpy", "usd")
_OTHERS_TO_A_CHARGE = 0.0825
"""Refunds, disputes, fees, top-ups and transfers that one charge brings with it, on average."""


def write_demo(folder: Path, livemode: bool) -> list[LedgerSource]:
    """The year 2025 as Parquet files in `folder`, one a table; a larger one, with other rows, for live mode."""
    return write_ledger(
        folder,
        seed=2 if livemode else 1,
        livemode=livemode,
        balance_transactions=9_000 if livemode else 6_000,
        start=date(2025, 1, 1),
        days=365,
    )


def write_ledger(
    folder: Path,
    *,
    seed: int,
    livemode: bool,
    balance_transactions: int,
    start: date,
    days: int,
    tables: Sequence[str] = DEMO_TABLES,
) -> list[LedgerSource]:
    """A ledger of about so many balance transactions over `days` days, as Parquet files in `folder`, one a table.

    seed    of all chance: the same seed, mode and size give the same rows
    tables  those that are wanted
    """
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    first_day = (start - date(1970, 1, 1)).days
    span = range(first_day, first_day + days)
    with duckdb.connect() as connection:
        _set_sizes(connection, f"{'live' if livemode else 'test'} {seed} ", span, balance_transactions)
        _run(connection, "demo_activity.sql")
        _insert_payouts(connection, list(_payouts(connection, span, Random(seed))))
        _run(connection, "demo_tables.sql")
        _run(connection, "demo_books.sql")
        return [_written(connection, table, folder) for table in map(TABLES.__getitem__, tables)]


def _set_sizes(connection: DuckDBPyConnection, seed: str, span: range, balance_transactions: int) -> None:
    payouts = min(len(_CURRENCIES) * len(span) * 5 // 7, balance_transactions // 3)
    charges = int((balance_transactions - payouts * 1.06) / (1 + _OTHERS_TO_A_CHARGE))
    sizes = {
        "first_day": span.start,
        "days": len(span),
        "charges": charges,
        "customers": max(1, charges // 6),
        "subscriptions": max(1, charges // 60),
        "sellers": max(3, min(200, charges // 1000)),
        "fees": max(1, charges // 100),
        "topups": max(1, charges // 200),
    }
    connection.execute(f"set variable seed = {quoted(seed)}")
    for name, size in sizes.items():
        connection.execute(f"set variable {name} = {size}")


def _run(connection: DuckDBPyConnection, script: str) -> None:
    connection.execute(files(__package__).joinpath(script).read_text("utf-8"))


def _payouts(connection: DuckDBPyConnection, span: range, chance: Random) -> Iterator[Payout]:
    net: dict[str, dict[int, int]] = {currency: {} for currency in _CURRENCIES}
    due = """
        select currency, settled_day, cast(sum(net) as bigint)
        from activity
        where settled_day is not null
        group by currency, settled_day"""
    for currency, day, amount in connection.execute(due).fetchall():
        net[currency][day] = amount
    automatic = [payout for currency in _CURRENCIES for payout in sweep(currency, net[currency], span, chance)]
    yield from automatic
    topups = connection.execute("select created, currency, amount from topups_made order by created, i").fetchall()
    yield from instant(topups, span, len(automatic) // _AUTOMATIC_TO_A_MANUAL, chance)


def _insert_payouts(connection: DuckDBPyConnection, payouts: list[Payout]) -> None:
    """Tables of payouts by number: the payouts, the days that each settles, and the failed ones that it pays again."""
    number = {id(payout): n for n, payout in enumerate(payouts)}
    _insert(
        connection,
        "payouts_made",
        "number bigint, currency varchar, amount bigint, fee bigint, created bigint, arrival bigint, "
        "automatic boolean, status varchar, returned_at bigint",
        [
            (n, p.currency, p.amount, p.fee, p.created, p.arrival, p.automatic, p.status, p.returned_at)
            for n, p in enumerate(payouts)
        ],
    )
    _insert(
        connection,
        "settled",
        "number bigint, currency varchar, settled_day bigint",
        [(n, payout.currency, day) for n, payout in enumerate(payouts) for day in payout.settles],
    )
    _insert(
        connection,
        "paid_again",
        "number bigint, failed bigint",
        [(n, number[id(failed)]) for n, payout in enumerate(payouts) for failed in payout.pays_again],
    )


def _insert(connection: DuckDBPyConnection, table: str, columns: str, rows: list[tuple[object, ...]]) -> None:
    """A new table, in one statement: row by row takes a thousand times as long."""
    connection.execute(f"create table {table} ({columns})")
    if rows:
        values = ", ".join("unnest(?)" for _ in rows[0])
        connection.execute(f"insert into {table} select {values}", [list(column) for column in zip(*rows, strict=True)])


def _written(connection: DuckDBPyConnection, table: Table, folder: Path) -> LedgerSource:
    """Raises `StoreUnavailable` where the file cannot be written."""
    import duckdb

    path = folder / f"{table.name}.parquet"
    order = ", ".join([*(["created"] if table.partitioned else []), *table.key])
    try:
        connection.execute(
            f"copy (select * from {table.name} order by {order}) to {quoted(str(path))} (format parquet)"
        )
    except duckdb.IOException as trouble:
        raise StoreUnavailable(
            f"The demo ledger cannot be written into {folder}: the disk is full or cannot be used now. Make room on it."
        ) from trouble
    return LedgerSource(table.name, path)
