"""Generated rows for every table of a ledger, the same each time: what tells two engines apart is among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from domain.ledger.tables import ACCOUNT, TABLES, Kind, Table

ROWS = 120
"""Rows of each table."""

CALLER, ANOTHER = "acct_trial", "acct_other"

FIRST_DAY = datetime(2024, 12, 30, tzinfo=UTC)
DAYS = 120

_TEXTS = (
    *("plain", 'a "quoted" word', "it's", "a,b", "two\r\nlines", "", " ", "  ends ", "\\", "100%", "a_b", "Ünïcödé"),
    *("\U0001f680", "ÿ", "10", "9", "2.5", "-0", "1e3", "true", "NULL", "2025-01-31", "A", "a", "Z", "ab"),
)
_CODES = ("charge", "refund", "payout", "fee", "paid", "succeeded", "pending", "card")
_INTEGERS = (0, 1, -1, 99, -250, 1000, 12_345, -(10**6), 2**31, -(2**40), 2**53 + 1, 7)
_DECIMALS = ("1", "1.0", "0.333333", "-2.5", "12345.678901", "0.10", "100")
_CURRENCIES = ("usd", "eur", "jpy", "kwd")
_METADATA = ("{}", '{"order_id": "1"}', '{"order_id": "", "a/b": "x"}', '{"order_id": "two\\nlines", "~": "\\"q\\""}')


def trial_rows(name: str) -> dict[str, list[Any]]:
    """The columns of a table, each with its values: `None` where a column may be empty."""
    table = TABLES[name]
    columns = {ACCOUNT: list(islice(cycle((CALLER, CALLER, CALLER, ANOTHER)), ROWS))}
    for place, (column, kind) in enumerate(table.columns.items()):
        columns[column] = _with_gaps(_column(table, column, kind, place), column in table.required, place)
    return columns


def _column(table: Table, column: str, kind: Kind, place: int) -> list[Any]:
    if kind is Kind.TIME:
        return [_time(row, place) for row in range(ROWS)]
    if kind is Kind.TEXT and column in table.key:
        return [f"{table.name[:4]}_{row}" for row in range(ROWS)]
    if kind is Kind.TEXT and column in table.ids:
        return [_reference(column, row) for row in range(ROWS)]
    return _cycled(_values_of(table, column, kind), place)


def _values_of(table: Table, column: str, kind: Kind) -> Sequence[Any]:
    by_kind: Mapping[Kind, Sequence[Any]] = {
        Kind.INTEGER: _INTEGERS,
        Kind.DECIMAL: _DECIMALS,
        Kind.BOOLEAN: (True, False, True),
        Kind.CURRENCY: _CURRENCIES,
        Kind.METADATA: _METADATA,
    }
    return by_kind.get(kind, _CODES if column in table.codes or column.endswith("category") else _TEXTS)


def _cycled(values: Sequence[Any], place: int) -> list[Any]:
    """Columns begin at different values, so that these meet in all combinations."""
    return [values[(row + row // len(values) + place) % len(values)] for row in range(ROWS)]


def _reference(column: str, row: int) -> str:
    """The id of a row of the table that a column refers to; several rows have the same."""
    name = "charges" if column == "source" else f"{column.removesuffix('_id')}s"
    return f"{name[:4]}_{row * 7 % (ROWS // 2)}"


def _time(row: int, place: int) -> datetime:
    """Some at midnight, some around the change of clocks of March 9 in New York; none in the same order."""
    if row % 10 == 0:
        return datetime(2025, 3, 9, 6, 30, tzinfo=UTC) + timedelta(minutes=row)
    seconds = row * 7_919 * 13 % (24 * 3600) if row % 3 else 0
    return FIRST_DAY + timedelta(days=(row * 37 + place) % DAYS, seconds=seconds)


def _with_gaps(values: list[Any], required: bool, place: int) -> list[Any]:
    """Every eleventh value of a column that may be empty is."""
    is_gap: Callable[[int], bool] = lambda row: not required and (row + place) % 11 == 0  # noqa: E731
    return [None if is_gap(row) else value for row, value in enumerate(values)]
