"""How the files of the ledger are written: a dictionary where values repeat, and none where they do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.ledger.conftest import Books

ROWS = """
    select 'txn_' || n as id, 'ch_' || n as source, 100 as amount, 1 as fee, 99 as net, 'usd' as currency,
        1735689600 + n as created, 1735689600 as available_on, 'charge' as type
    from range(500) numbers(n)"""


def test_columns_whose_values_do_not_repeat_have_no_dictionary(books: Books, parquet_file: Callable[..., Path]) -> None:
    books.load("balance_transactions", parquet_file(ROWS))

    [file] = books.ledger.files(books.pinned, "balance_transactions")
    found = duckdb.execute(
        "select path_in_schema from parquet_metadata(?) where encodings not like '%DICTIONARY%'", [file]
    ).fetchall()
    plain = {column for (column,) in found}

    assert {"id", "source", "created"} <= plain
    assert not plain & {"account", "currency", "type", "available_on"}
