"""One ledger for every report of the catalogue, and where their golden files lie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from application.ports.engine import ReportEngine, ReportOrder
from application.ports.ledger import LoadOrder
from domain.access.caller import Scope
from domain.instants import DAY_SECONDS
from domain.ledger.ledger import PinnedLedger
from domain.report_types import ReportType
from domain.runs.run_parameters import check_parameters
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
