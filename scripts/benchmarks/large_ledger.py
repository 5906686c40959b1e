"""A large ledger over two years, made by the demo's generator."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.servers import Site
from domain.ledger.tables import TABLES
from interfaces.ledger.demo.demo import write_ledger

START, DAYS = date(2024, 1, 1), 731
BEGIN, END = 1_704_067_200, 1_704_067_200 + DAYS * 86_400
APRIL = (1_743_465_600, 1_746_057_600)
BOOKS = ("credit_notes", "tax_transactions", "revenue_entries", "account_balances", "opening_balances")
"""Tables that the reports measured here do not read."""


@dataclass(frozen=True, slots=True)
class LargeLedger:
    """An installation with a large ledger. rows: balance transactions."""

    site: Site
    rows: int
    load_seconds: float


def large_ledger(folder: Path, rows: int) -> LargeLedger:
    """Load one in live mode. Only the load of the balance transactions, into an empty ledger, is timed."""
    tables = [name for name in TABLES if name not in BOOKS]
    made = folder / "made"
    write_ledger(made, seed=7, livemode=True, balance_transactions=rows, start=START, days=DAYS, tables=tables)
    site = Site(folder / "data")
    start = time.perf_counter()
    output = site.command("load", "balance_transactions", str(made / "balance_transactions.parquet"), "--mode", "live")
    seconds = time.perf_counter() - start
    (made / "balance_transactions.parquet").unlink()
    site.command("load", str(made), "--mode", "live")
    return LargeLedger(site, int(output.splitlines()[1].split()[2]), seconds)
