"""A ledger for tests: rows as plain values, kept as Parquet files, one folder a table."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb

from application.ports.engine import ReportEngine, ReportOrder
from application.ports.ledger import LedgerReader
from domain.access.caller import Scope
from domain.ledger.ledger import PinnedLedger
from domain.ledger.tables import TABLES, Kind
from domain.report_types import catalogue
from domain.runs.run_parameters import check_parameters
from interfaces.engine.duckdb.engine import DuckDbEngine
from interfaces.host.sql_text import quoted

PLATFORM = "acct_platform"
SHOP = "acct_shop"

_TYPES = {Kind.INTEGER: "bigint", Kind.BOOLEAN: "boolean", Kind.TIME: "timestamptz"}


def at(text: str) -> int:
    """Unix seconds of `2025-01-31 12:00:00`, UTC; midnight when only a day is given."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


class SmallLedger:
    """Implements `LedgerReader` over the rows that were added."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._written: dict[str, str] = {}
        self.asked: list[tuple[str, tuple[int, int] | None]] = []

    def add(self, table: str, *, account: str = PLATFORM, **row: Any) -> None:
        assert row.keys() <= TABLES[table].columns.keys(), row.keys() - TABLES[table].columns.keys()
        self._rows[table].append({"account": account, **row})

    def transaction(
        self,
        id: str,
        created: str,
        amount: int,
        category: str,
        *,
        fee: int = 0,
        currency: str = "usd",
        available_on: str | None = None,
        **row: Any,
    ) -> None:
        """A balance transaction; its net follows from amount and fee."""
        self.add(
            "balance_transactions",
            id=id,
            amount=amount,
            fee=fee,
            net=amount - fee,
            currency=currency,
            created=created,
            available_on=available_on or created,
            type=row.pop("type", category),
            reporting_category=category,
            **row,
        )

    def payout(self, id: str, created: str, arrival_date: str, amount: int, **row: Any) -> None:
        """A payout; automatic and paid, unless the row says otherwise."""
        values: dict[str, Any] = {"automatic": True, "status": "paid", "currency": "usd", "type": "bank_account"} | row
        self.add("payouts", id=id, created=created, arrival_date=arrival_date, amount=amount, **values)

    def link(self, payout_id: str, *transactions: str, account: str = PLATFORM) -> None:
        for transaction in transactions:
            self.add(
                "payout_balance_transactions", account=account, payout_id=payout_id, balance_transaction_id=transaction
            )

    def opening(self, amount: int, as_of: str, *, currency: str = "usd", account: str = PLATFORM) -> None:
        """An opening balance."""
        self.add("opening_balances", account=account, currency=currency, amount=amount, as_of=as_of)

    @property
    def pinned(self) -> PinnedLedger:
        return PinnedLedger(True, 1, dict.fromkeys(self._rows, 1))

    def files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        self.asked.append((table, created))
        if table not in self._written and self._rows[table]:
            self._written[table] = _write(self._folder / table, table, self._rows[table])
        return [self._written[table]] if table in self._written else []

    def rows(self, ledger: PinnedLedger, table: str) -> int | None:
        return len(self._rows[table])


class PinnedReader(LedgerReader, Protocol):
    """A ledger that says what its version is now."""

    @property
    def pinned(self) -> PinnedLedger: ...


class Reports:
    """Makes reports over a small ledger and gives their files as text."""

    def __init__(self, ledger: PinnedReader, folder: Path, **engine: Any) -> None:
        self.target = folder / "report.csv"
        self._ledger = ledger
        settings: dict[str, Any] = {"memory_limit_mib": 256, "threads": 2, "spill_folder": folder / "spill"} | engine
        self.engine = DuckDbEngine(ledger, **settings)
        self.writer: ReportEngine = self.engine
        """What makes the reports; another engine may take DuckDB's place."""

    def csv(self, report_type: str, start: str | None = None, end: str | None = None, **parameters: Any) -> str:
        order = self.order(report_type, start, end, **parameters)
        written = self.writer.write_csv(order, self.target, time_limit_seconds=60, progress=lambda part: None)
        self.rows = written.rows
        return self.target.read_bytes().decode()

    def order(
        self, report_type: str, start: str | None = None, end: str | None = None, **parameters: Any
    ) -> ReportOrder:
        account = parameters.pop("account", PLATFORM)
        interval: dict[str, Any] = {
            name: at(day) for name, day in (("interval_start", start), ("interval_end", end)) if day
        }
        made = order(report_type, account=account, **interval, **parameters)
        return replace(made, ledger=self._ledger.pinned)

    def lines(self, report_type: str, start: str | None = None, end: str | None = None, **parameters: Any) -> list[str]:
        """The lines below the header."""
        return self.csv(report_type, start, end, **parameters).splitlines()[1:]


def order(
    report_type: str, *, account: str = PLATFORM, connected: Sequence[str] = (SHOP,), **parameters: Any
) -> ReportOrder:
    """connected  the accounts that are connected to `account`"""
    known = catalogue().get(report_type)
    assert known is not None
    checked = check_parameters(known, parameters)
    named = tuple(checked.named_accounts) or tuple(connected)
    accounts = named if known.about_connected_accounts else (account,)
    return ReportOrder(known, checked, Scope(account, livemode=True), PinnedLedger(True, 1, {}), accounts)


def csv(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def _write(folder: Path, table: str, rows: Sequence[Mapping[str, Any]]) -> str:
    folder.mkdir(parents=True)
    columns = {"account": Kind.TEXT, **TABLES[table].columns}
    types = {name: _TYPES.get(kind, "varchar") for name, kind in columns.items()}
    rows_file = folder / "rows.json"
    rows_file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    path = folder / "part-0.parquet"
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(
            f"copy (select * from read_json(?, columns = {types!r}, format = 'newline_delimited')) "
            f"to {quoted(str(path))} (format parquet, row_group_size 2048)",
            [re.sub(r"[\[*?]", lambda found: f"[{found[0]}]", str(rows_file))],
        )
    return str(path)
