"""The memory of a load does not grow with its rows: they are written some partitions at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from interfaces.ledger.merge.portions import LOAD_PROCESS_MIB, PORTION_ROWS, database_share, portions
from tests.ledger.conftest import Books

Select = Callable[..., Path]

MEMORY_MIB = 800

ROWS = """
    select 'txn_' || n as id, n as amount, 1 as fee, n - 1 as net, 'usd' as currency, 'charge' as type,
        1704067200 + (n * 7919) % 63072000 as created, created as available_on, 'Order number ' || n as description
    from range({rows}) numbers(n)"""


def test_portions_are_whole_partitions_of_few_rows() -> None:
    half = PORTION_ROWS // 2

    assert portions([("a", half), ("b", half), ("c", 1), ("d", 5 * PORTION_ROWS), ("e", 1)]) == [
        ["a", "b"],
        ["c"],
        ["d"],
        ["e"],
    ]
    assert portions([]) == []


def test_the_database_leaves_room_for_the_process() -> None:
    assert [database_share(limit) for limit in (128, 1024, 8192)] == [
        42,
        1024 - LOAD_PROCESS_MIB,
        8192 - LOAD_PROCESS_MIB,
    ]


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interfaces.ledger.merge.portions.PORTION_ROWS", 100)
    monkeypatch.setattr("interfaces.ledger.merge.upsert.ARRANGED_FROM_ROWS", 500)
    monkeypatch.setattr("interfaces.ledger.merge.partitions.BUCKET_ROWS", 50)


@pytest.mark.usefixtures("small_portions")
@pytest.mark.parametrize("rows", [90, 450, 2_000])
def test_rows_that_are_written_in_portions_are_all_there(books: Books, parquet_file: Select, rows: int) -> None:
    books.load("balance_transactions", parquet_file(ROWS.format(rows=rows)))
    changed = f"select * replace (0 as fee, amount as net) from ({ROWS.format(rows=rows)}) where amount % 3 = 0"
    before = books.pinned
    books.load("balance_transactions", parquet_file(changed))

    summary = "count(*), count(distinct id), sum(amount), sum(fee)"
    of_three = len(range(0, rows, 3))
    assert books.rows("balance_transactions", summary, before) == [
        (str(rows), str(rows), str(sum(range(rows))), str(rows))
    ]
    assert books.rows("balance_transactions", summary) == [
        (str(rows), str(rows), str(sum(range(rows))), str(rows - of_three))
    ]


@pytest.mark.usefixtures("small_portions")
@pytest.mark.parametrize("rows", [90, 450, 2_000])
def test_buckets_that_are_written_in_portions_have_every_row(books: Books, parquet_file: Select, rows: int) -> None:
    books.load("invoices", parquet_file(f"select 'in_' || n as id, n as total from range({rows // 9}) numbers(n)"))
    books.load("invoices", parquet_file(f"select 'in_' || n as id, n + 1 as total from range({rows}) numbers(n)"))

    assert books.rows("invoices", "count(*), count(distinct id), sum(total)") == [
        (str(rows), str(rows), str(sum(range(rows + 1))))
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux counts it")
def test_the_setting_holds_for_the_whole_process(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    duckdb.execute(f"copy ({ROWS.format(rows=700_000)}) to '{file}' (format parquet)")
    measured = (
        "import pathlib, re, sys, interfaces.cli.main as cli\n"
        "code = cli.main(['load', 'balance_transactions', sys.argv[1]])\n"
        # not ru_maxrss: it begins with that of the process that started this one
        "peak = re.search(r'VmHWM:\\s*(\\d+)', pathlib.Path('/proc/self/status').read_text())\n"
        "print('peak', int(peak[1]) // 1024)\n"
        "sys.exit(code)"
    )
    environment = {
        **os.environ,
        "REPORTRUN_DATA": str(tmp_path / "data"),
        "REPORTRUN_ENGINE_MEMORY_MIB": str(MEMORY_MIB),
    }

    done = subprocess.run(
        [sys.executable, "-c", measured, str(file)], env=environment, capture_output=True, text=True, check=True
    )

    assert int(done.stdout.split()[-1]) <= MEMORY_MIB
