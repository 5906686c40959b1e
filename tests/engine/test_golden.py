"""Every report of the catalogue in all its columns, over one ledger, against the files in `golden/`.

To change them, run `GOLDEN_FILES=write bash scripts/test tests/engine/test_golden.py`, and read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from application.ports.engine import ReportEngine, ReportOrder
from application.ports.ledger import LoadOrder
from domain.access.caller import Scope
from domain.instants import DAY_SECONDS
from domain.ledger.ledger import PinnedLedger
from domain.report_types import ReportType, catalogue
from domain.runs.run_parameters import check_parameters
from interfaces.engine.definitions.report_definition import definition_of
from interfaces.engine.duckdb.engine import DuckDbEngine
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.demo.demo import write_ledger
from tests.support.row_ledger import PLATFORM, SHOP, at

GOLDEN = Path(__file__).parent / "golden"
START, DAYS = date(2025, 1, 20), 20
INTERVAL = {"interval_start": at("2025-01-25"), "interval_end": at("2025-02-06")}
OPTIONAL = {"timezone": "America/New_York"}


@dataclass(frozen=True)
class Books:
    """A ledger, the engine over it, and one automatic payout of each account."""

    engine: ReportEngine
    delta: DeltaLedger
    ledger: PinnedLedger
    sellers: tuple[str, ...]
    payouts: dict[str, str]

    def file(self, report_type: ReportType, target: Path) -> bytes:
        accounts: tuple[str, ...] = (PLATFORM,)
        if report_type.about_connected_accounts:
            accounts = self.sellers if report_type.table == "account_balances" else (SHOP,)
        order = ReportOrder(
            report_type,
            check_parameters(report_type, self._parameters(report_type)),
            Scope(PLATFORM, livemode=False),
            self.ledger,
            accounts,
        )
        written = self.engine.write_csv(order, target, time_limit_seconds=60, progress=lambda part: None)
        if written.pieces is None:
            return target.read_bytes()
        with closing(written.pieces) as pieces:
            return b"".join(pieces)

    def _parameters(self, report_type: ReportType) -> dict[str, object]:
        all_columns = [column.replace("[key]", "[order_id]") for column in report_type.columns]
        given: dict[str, Any] = {**INTERVAL, **OPTIONAL, "payout": self.payouts[PLATFORM], "columns": all_columns}
        if "connected_account" in report_type.required:
            given |= {"connected_account": SHOP, "payout": self.payouts[SHOP]}
        if report_type.table == "account_balances":
            given["interval_end"] += DAY_SECONDS
        return {name: value for name, value in given.items() if report_type.takes(name)}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with books_in(tmp_path_factory.mktemp("golden")) as made:
        yield made


@contextmanager
def books_in(folder: Path) -> Iterator[Books]:
    """The ledger behind the golden files, with DuckDB over it."""
    ledger = PinnedLedger(livemode=False, version=1, tables={})
    delta = DeltaLedger(folder / "ledger")
    for account, seed in ((PLATFORM, 5), (SHOP, 6)):
        sources = write_ledger(
            folder / account, seed=seed, livemode=False, balance_transactions=40, start=START, days=DAYS
        )
        loaded = delta.write(LoadOrder(ledger, sources, account, None), lambda what, part: None)
        ledger = PinnedLedger(livemode=False, version=1, tables=loaded.tables)
    engine = DuckDbEngine(delta, memory_limit_mib=512, threads=2, spill_folder=folder / "spill")
    sellers = duckdb.execute(
        f"select distinct account from '{folder}/*/account_balances.parquet' order by 1"
    ).fetchall()
    payouts = {
        account: duckdb.execute(f"""
            select max(id) from '{folder / account}/payouts.parquet' where automatic and arrival_date > '2025-01-28'
        """).fetchall()[0][0]
        for account in (PLATFORM, SHOP)
    }
    yield Books(engine, delta, ledger, tuple(seller for (seller,) in sellers), payouts)
    engine.close()


@pytest.mark.parametrize("report_type", list(catalogue()), ids=lambda report_type: report_type.id)
def test_a_report_is_what_it_was(report_type: ReportType, books: Books, tmp_path: Path) -> None:
    made = books.file(report_type, tmp_path / "report.csv")
    golden = GOLDEN / f"{report_type.id}.csv"

    if os.environ.get("GOLDEN_FILES") == "write":
        golden.write_bytes(made)

    assert made.decode() == golden.read_bytes().decode()


def is_itemized(report_type: ReportType) -> bool:
    definition = definition_of(report_type)
    return definition is not None and definition.is_itemized


@pytest.mark.parametrize("report_type", [one for one in catalogue() if is_itemized(one)], ids=lambda one: one.id)
def test_a_report_that_is_made_in_chunks_is_the_same(
    report_type: ReportType, books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interfaces.engine.duckdb.engine.is_large", lambda files, limit: True)
    monkeypatch.setattr("interfaces.engine.duckdb.engine.chunk_rows", lambda columns, workers, limit: 4)

    made = books.file(report_type, tmp_path / "report.csv")

    assert made.decode() == (GOLDEN / f"{report_type.id}.csv").read_bytes().decode()


def test_no_golden_file_is_of_a_report_that_is_gone() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {report_type.id for report_type in catalogue()}
