"""A ledger of very many balance transactions, and of nothing else: made in seconds, the same every time."""

from __future__ import annotations

from pathlib import Path

import duckdb

FIRST_SECOND = 1_735_689_600
"""January 1, 2025."""

DAYS = 31
INTERVAL = ("--interval-start", str(FIRST_SECOND), "--interval-end", str(FIRST_SECOND + DAYS * 86_400))
COLUMNS = "balance_transaction_id,created,available_on,currency,gross,fee,net,reporting_category,description"

_ROWS = """
    select
        'txn_' || lpad(hash(i)::varchar, 20, '0') || '_' || i as id,
        cast(i % 100000 as bigint) as amount,
        cast(i % 1000 as bigint) as fee,
        amount - fee as net,
        ['usd', 'eur', 'jpy'][1 + i % 3] as currency,
        make_timestamp(1000000 * cast({first} + i * 7919 % {seconds} as bigint)) at time zone 'UTC' as created,
        created + interval 2 days as available_on,
        'charge' as type,
        'charge' as reporting_category,
        case when i % 100 = 0 then 'a "quoted"' || chr(10) || 'description' else 'Order ' || i end as description,
        'ch_' || i as source,
        'available' as status
    from range({rows}) as numbers(i)"""


def write_many_transactions(path: Path, rows: int) -> Path:
    """One Parquet file, a hundredth of whose rows have cells with ends of lines in them."""
    sql = _ROWS.format(first=FIRST_SECOND, seconds=DAYS * 86_400, rows=rows)
    with duckdb.connect() as connection:
        connection.execute(f"copy ({sql}) to '{path}' (format parquet)")
    return path
