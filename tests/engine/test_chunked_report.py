"""Reports that are made in chunks, as those of large ledgers are; test_golden proves that they are the same files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import ReportTimedOut
from interfaces.engine.definitions.report_query import ReportQuery
from interfaces.engine.definitions.staged_query import StagedQuery
from interfaces.engine.duckdb.chunk_sizes import chunk_rows, even_rows, in_chunks, is_large, worker_threads
from interfaces.engine.duckdb.chunk_worker import ChunkWorker
from interfaces.host.scratch_folder import LOCK
from tests.support.row_ledger import Reports, SmallLedger

ITEMIZED = "balance_change_from_activity.itemized.3"
JANUARY = ("2025-01-01", "2025-02-01")


@pytest.fixture(autouse=True)
def in_chunks_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ledger is large, and every chunk as large as it may be."""
    monkeypatch.setattr("interfaces.engine.duckdb.engine.is_large", lambda files, limit: True)


def with_charges(ledger: SmallLedger, number: int, descriptor: str = "") -> None:
    for n in range(number):
        ledger.transaction(f"txn_{n:05}", "2025-01-02", n, "charge", source=f"ch_{n}")
        customer = f"cus_{n % 7}"
        ledger.add(
            "charges",
            id=f"ch_{n}",
            amount=n,
            currency="usd",
            customer_id=customer,
            statement_descriptor=descriptor,
        )
    for n in range(7):
        ledger.add("customers", id=f"cus_{n}", email=f"{n}@example.com")


def test_rows_of_one_instant_stay_in_the_order_of_their_ids_across_chunks(
    ledger: SmallLedger, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_charges(ledger, 500)
    monkeypatch.setattr("interfaces.engine.duckdb.engine.chunk_rows", lambda columns, workers, limit: 33)

    lines = reports.lines(ITEMIZED, *JANUARY, columns=["balance_transaction_id", "customer_email"])

    assert lines == [f'"txn_{n:05}","{n % 7}@example.com"' for n in range(500)]
    assert reports.rows == 500


def test_a_chunk_that_does_not_fit_is_made_in_halves(
    ledger: SmallLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_charges(ledger, 12_000, descriptor="x" * 4000)
    little = Reports(ledger, tmp_path, memory_limit_mib=96, threads=1)
    joined: list[range] = []
    make = ChunkWorker._written_at_once

    def make_and_record(worker: ChunkWorker, rows: range) -> list[Path]:
        joined.append(rows)
        return make(worker, rows)

    monkeypatch.setattr(ChunkWorker, "_written_at_once", make_and_record)

    lines = little.lines(ITEMIZED, *JANUARY, columns=["statement_descriptor", "balance_transaction_id"])

    assert [line[4003:] for line in lines] == [f'"txn_{n:05}"' for n in range(12_000)]
    assert joined[:2] == [range(12_000), range(6_000)]
    little.engine.close()


def test_a_report_without_rows_is_its_header(ledger: SmallLedger, reports: Reports) -> None:
    with_charges(ledger, 3)

    assert reports.csv(ITEMIZED, "2020-01-01", "2020-02-01", columns=["net", "customer_email"]) == (
        '"net","customer_email"\n'
    )
    assert reports.rows == 0


def test_a_column_that_needs_nothing_of_a_row_is_there_for_every_row(ledger: SmallLedger, reports: Reports) -> None:
    with_charges(ledger, 3)

    assert reports.csv(ITEMIZED, *JANUARY, columns=["connected_account_direct_charge_id"]) == (
        '"connected_account_direct_charge_id"\n\n\n\n'
    )


def test_a_report_past_its_time_limit_leaves_nothing_behind(
    ledger: SmallLedger, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_charges(ledger, 3000)
    monkeypatch.setattr("interfaces.engine.duckdb.engine.chunk_rows", lambda columns, workers, limit: 1)

    with pytest.raises(ReportTimedOut):
        reports.engine.write_csv(
            reports.order(ITEMIZED, *JANUARY), reports.target, time_limit_seconds=1, progress=lambda part: None
        )

    assert {path.name for path in reports.target.parent.iterdir()} == {"ledger", "spill"}
    assert [path for path in (reports.target.parent / "spill").rglob("*") if path.name != LOCK and path.is_file()] == []


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("rows", [0, 1, 5, 6, 7, 100, 101])
def test_chunks_are_even_and_as_many_for_each_worker_thread(rows: int, workers: int) -> None:
    chunks = list(in_chunks(range(rows), even_rows(rows, 7, workers)))

    assert [row for chunk in chunks for row in chunk] == list(range(rows))
    assert all(len(chunk) <= 7 for chunk in chunks)
    assert len({len(chunk) for chunk in chunks[:-1]}) <= 1
    assert len(chunks) <= workers * -(-rows // (7 * workers))


def test_rows_that_a_join_has_put_out_of_order_are_put_back(
    ledger: SmallLedger, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_charges(ledger, 300)
    staged = ReportQuery.staged

    def out_of_order(query: ReportQuery) -> StagedQuery:
        *stages, last = staged(query).stages
        shuffled = replace(last, sql=f"{last.sql}\norder by customer.email, place desc")
        return replace(staged(query), stages=(*stages, shuffled))

    monkeypatch.setattr(ReportQuery, "staged", out_of_order)

    lines = reports.lines(ITEMIZED, *JANUARY, columns=["balance_transaction_id", "customer_email"])

    assert lines == [f'"txn_{n:05}","{n % 7}@example.com"' for n in range(300)]


def test_a_ledger_is_large_when_its_files_would_outgrow_the_memory_limit(tmp_path: Path) -> None:
    file = tmp_path / "part.parquet"
    file.write_bytes(b"x" * 1_000_000)

    assert is_large({"charges": [str(file)] * 50}, memory_limit_mib=200)
    assert not is_large({"charges": [str(file)] * 50}, memory_limit_mib=300)


def test_as_many_chunks_are_made_concurrently_as_threads_and_memory_allow() -> None:
    assert [worker_threads(threads, 704) for threads in (1, 2, 16)] == [1, 2, 3]
    assert worker_threads(16, 64) == 1


def test_chunks_share_the_memory() -> None:
    assert chunk_rows(columns=10, workers=2, memory_limit_mib=800) == 2 * chunk_rows(20, 2, 800)
    assert chunk_rows(columns=10, workers=2, memory_limit_mib=800) == 2 * chunk_rows(10, 4, 800)
    assert chunk_rows(columns=500, workers=64, memory_limit_mib=0) == 1
