"""Reports that are made in pieces, as those of large ledgers are; test_golden holds that they are the same files."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from domain.errors import ReportTimedOut
from domain.report_types import ReportType, catalogue
from interfaces.engine.definitions.composition import Composition
from interfaces.engine.definitions.definitions import definition_of
from interfaces.engine.definitions.sql_pieces import pieces_of
from interfaces.engine.definitions.stages import StagedText
from interfaces.engine.duckdb.lane import Lane, in_parts
from interfaces.engine.duckdb.large_report import even_rows, is_large, lanes_of, piece_rows
from interfaces.host.scratch_folder import LOCK
from tests.engine.small_ledger import Reports, SmallLedger

ITEMIZED = "balance_change_from_activity.itemized.3"
JANUARY = ("2025-01-01", "2025-02-01")


@pytest.fixture(autouse=True)
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ledger is large, and every piece as large as it may be."""
    monkeypatch.setattr("interfaces.engine.duckdb.engine.is_large", lambda files, room: True)


def with_charges(ledger: SmallLedger, number: int, descriptor: str = "") -> None:
    for n in range(number):
        ledger.transaction(f"txn_{n:05}", "2025-01-02", n, "charge", source=f"ch_{n}")
        charge = {"amount": n, "currency": "usd", "customer_id": f"cus_{n % 7}", "statement_descriptor": descriptor}
        ledger.add("charges", id=f"ch_{n}", **charge)
    for n in range(7):
        ledger.add("customers", id=f"cus_{n}", email=f"{n}@example.com")


def test_rows_of_one_instant_stay_in_the_order_of_their_ids_across_pieces(
    ledger: SmallLedger, reports: Reports, monkeypatch: pytest.MonkeyPatch
):
    with_charges(ledger, 500)
    monkeypatch.setattr("interfaces.engine.duckdb.engine.piece_rows", lambda columns, lanes, room: 33)

    lines = reports.lines(ITEMIZED, *JANUARY, columns=["balance_transaction_id", "customer_email"])

    assert lines == [f'"txn_{n:05}","{n % 7}@example.com"' for n in range(500)]
    assert reports.rows == 500


def test_a_piece_that_does_not_fit_is_made_in_halves(
    ledger: SmallLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with_charges(ledger, 12_000, descriptor="x" * 4000)
    little = Reports(ledger, tmp_path, memory_limit_mib=96, threads=1)
    joined: list[range] = []
    make = Lane._written_at_once
    monkeypatch.setattr(Lane, "_written_at_once", lambda lane, rows: (joined.append(rows), make(lane, rows))[1])

    lines = little.lines(ITEMIZED, *JANUARY, columns=["statement_descriptor", "balance_transaction_id"])

    assert [line[4003:] for line in lines] == [f'"txn_{n:05}"' for n in range(12_000)]
    assert joined[:2] == [range(12_000), range(6_000)]
    little.engine.close()


def test_a_report_without_rows_is_its_header(ledger: SmallLedger, reports: Reports):
    with_charges(ledger, 3)

    assert reports.csv(ITEMIZED, "2020-01-01", "2020-02-01", columns=["net", "customer_email"]) == (
        '"net","customer_email"\n'
    )
    assert reports.rows == 0


def test_a_column_that_needs_nothing_of_a_row_is_there_for_every_row(ledger: SmallLedger, reports: Reports):
    with_charges(ledger, 3)

    assert reports.csv(ITEMIZED, *JANUARY, columns=["connected_account_direct_charge_id"]) == (
        '"connected_account_direct_charge_id"\n\n\n\n'
    )


def test_a_report_past_its_time_limit_leaves_nothing_behind(
    ledger: SmallLedger, reports: Reports, monkeypatch: pytest.MonkeyPatch
):
    with_charges(ledger, 3000)
    monkeypatch.setattr("interfaces.engine.duckdb.engine.piece_rows", lambda columns, lanes, room: 1)

    with pytest.raises(ReportTimedOut):
        reports.engine.write_csv(
            reports.order(ITEMIZED, *JANUARY), reports.target, time_limit_seconds=1, progress=lambda part: None
        )

    assert {path.name for path in reports.target.parent.iterdir()} == {"ledger", "spill"}
    assert [path for path in (reports.target.parent / "spill").rglob("*") if path.name != LOCK and path.is_file()] == []


@pytest.mark.parametrize("lanes", [1, 2, 3])
@pytest.mark.parametrize("rows", [0, 1, 5, 6, 7, 100, 101])
def test_pieces_are_even_and_as_many_for_each_lane(rows: int, lanes: int):
    pieces = list(in_parts(range(rows), even_rows(rows, 7, lanes)))

    assert [row for piece in pieces for row in piece] == list(range(rows))
    assert all(len(piece) <= 7 for piece in pieces)
    assert len({len(piece) for piece in pieces[:-1]}) <= 1
    assert len(pieces) <= lanes * -(-rows // (7 * lanes))


def test_rows_that_a_join_has_put_out_of_order_are_put_back(
    ledger: SmallLedger, reports: Reports, monkeypatch: pytest.MonkeyPatch
):
    with_charges(ledger, 300)
    stages = Composition.staged

    def out_of_order(composition: Composition) -> StagedText:
        text = stages(composition)
        return replace(text, stages=[*text.stages[:-1], f"{text.stages[-1]}\norder by customer.email, place desc"])

    monkeypatch.setattr(Composition, "staged", out_of_order)

    lines = reports.lines(ITEMIZED, *JANUARY, columns=["balance_transaction_id", "customer_email"])

    assert lines == [f'"txn_{n:05}","{n % 7}@example.com"' for n in range(300)]


def test_a_ledger_is_large_beside_a_limit_that_its_files_would_outgrow(tmp_path: Path):
    file = tmp_path / "part.parquet"
    file.write_bytes(b"x" * 1_000_000)

    assert is_large({"charges": [str(file)] * 50}, memory_limit_mib=200)
    assert not is_large({"charges": [str(file)] * 50}, memory_limit_mib=300)


def test_as_many_pieces_are_made_side_by_side_as_threads_and_memory_allow():
    assert [lanes_of(threads, 704) for threads in (1, 2, 16)] == [1, 2, 3]
    assert lanes_of(16, 64) == 1


def test_pieces_share_the_memory():
    assert piece_rows(columns=10, lanes=2, memory_limit_mib=800) == 2 * piece_rows(20, 2, 800)
    assert piece_rows(columns=10, lanes=2, memory_limit_mib=800) == 2 * piece_rows(10, 4, 800)
    assert piece_rows(columns=500, lanes=64, memory_limit_mib=0) == 1


@pytest.mark.parametrize("report_type", list(catalogue()), ids=lambda report_type: report_type.id)
def test_a_join_that_says_how_it_finds_its_row_ends_with_that_condition(report_type: ReportType):
    for name, join in pieces_of(definition_of(report_type).all_files).joins.items():
        if join.found_by is not None:
            table, column = join.found_by
            _, condition, key = join.text.partition(f" {name}.{column} = ")

            assert condition
            assert (
                json.loads(duckdb.execute("select json_serialize_sql(?)", [f"select {key}"]).fetchall()[0][0])["error"]
                is False
            )
            assert re.search(rf"\b(from|join) {table}\b", join.text)
