"""Warnings about staged rows: unknown types, missing payouts, and payouts that no row is linked to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from domain.ledger.reporting_category import CATEGORIES
from domain.ledger.table_uses import TABLE_USES
from domain.ledger.tables import TABLES, Table
from interfaces.host.sql_text import text_list
from interfaces.ledger.merge.staged_file import StagedFile
from interfaces.ledger.merge.staging_tables import staged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HasStored = Callable[[Table, str], bool]
"""Whether any stored row of a table has a value in a column. Reads no data file."""

_TRANSACTIONS, _PAYOUTS = TABLES["balance_transactions"], TABLES["payouts"]
_LINKS = TABLES["payout_balance_transactions"]

_LISTED = 10
"""Unknown types that are warned of one by one."""


def content_warnings(
    connection: DuckDBPyConnection, files: Sequence[StagedFile], has_stored: HasStored
) -> Iterator[str]:
    """Whole sentences about rows that are kept as they are. Called when all rows of a load are staged."""
    tables = {file.table.name for file in files}
    if _TRANSACTIONS.name in tables:
        yield from _unknown_types(connection, files)
        if not has_stored(_TRANSACTIONS, "id"):
            yield from _missing_payouts(connection, files)
    has_transactions = _TRANSACTIONS.name in tables or has_stored(_TRANSACTIONS, "id")
    if has_transactions and _has_payouts(connection, tables) and not _has_links(connection, tables, has_stored):
        yield (
            "No balance transaction is linked to a payout, so reports of payout reconciliation have no rows. "
            + TABLE_USES["payout_balance_transactions"]
        )


def _unknown_types(connection: DuckDBPyConnection, files: Sequence[StagedFile]) -> Iterator[str]:
    found = connection.execute(f"""
        select from_file, type, reporting_category, min(record), count(*)
        from {staged(_TRANSACTIONS)}
        where reporting_category not in (select unnest({text_list(CATEGORIES)}))
        group by all order by from_file, min(record)""").fetchall()
    if not found:
        return
    for position, type, category, record, rows in found[:_LISTED]:
        what = f"type '{type}'" if category == type else f"reporting category '{category}'"
        times = "" if rows == 1 else f", and of {rows - 1:,} more rows,"
        yield f"{files[position].name}, row {record}: The {what}{times} is not known. It is kept as its own category."
    if len(found) > _LISTED:
        yield f"{len(found) - _LISTED:,} more types or categories are not known. They are kept as they are."
    (rows,) = connection.execute(f"select count(*) from {staged(_TRANSACTIONS)}").fetchone() or (0,)
    if rows == sum(count for *_, count in found):
        yield "No balance transaction of this load has a known category, so reports have none of Stripe's categories."


def _has_payouts(connection: DuckDBPyConnection, tables: set[str]) -> bool:
    """Whether the load has automatic payouts, or transactions that are payouts."""
    return (_PAYOUTS.name in tables and _any(connection, staged(_PAYOUTS), "automatic")) or (
        _TRANSACTIONS.name in tables and _any(connection, staged(_TRANSACTIONS), "reporting_category = 'payout'")
    )


def _missing_payouts(connection: DuckDBPyConnection, files: Sequence[StagedFile]) -> Iterator[str]:
    transactions = staged(_TRANSACTIONS)
    if _any(connection, transactions, "reporting_category = 'payout'"):
        return
    reports = [file.name for file in files if file.rows.records.report == "activity" and not file.supplements]
    if _any(connection, transactions, "payout_id is not null"):
        yield (
            "The load has balance transactions that were paid out, but none of the payouts themselves, so balances "
            "are too high by these. Load the balance history or the itemized report of payouts, too."
        )
    elif reports and _any(connection, transactions):
        yield (
            f"{reports[0]}: A report of activity or of payout reconciliation has no payouts, so balances are too high "
            "by all that was paid out. Load the itemized report of payouts, too."
        )


def _has_links(connection: DuckDBPyConnection, tables: set[str], has_stored: HasStored) -> bool:
    """Whether any transaction of the load or of the ledger names its payout, or is linked to one."""
    if (_LINKS.name in tables and _any(connection, staged(_LINKS))) or has_stored(_LINKS, "payout_id"):
        return True
    if _TRANSACTIONS.name in tables and _any(connection, staged(_TRANSACTIONS), "payout_id is not null"):
        return True
    return has_stored(_TRANSACTIONS, "payout_id")


def _any(connection: DuckDBPyConnection, source: str, condition: str = "true") -> bool:
    return connection.execute(f"select 1 from {source} where {condition} limit 1").fetchone() is not None
