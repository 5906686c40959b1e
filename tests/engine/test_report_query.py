"""The SQL of reports: every column is found by its name, and only the joins that are needed are made."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from domain.errors import ReportFailed
from domain.ledger.tables import TABLES
from domain.report_types import ReportType, catalogue
from interfaces.engine.definitions.functions import functions
from interfaces.engine.definitions.report_definition import can_run
from interfaces.engine.definitions.report_query import ReportQuery, report_query
from interfaces.engine.duckdb.ledger_views import empty_view
from tests.support.row_ledger import at, order

RUNNABLE = [report_type for report_type in catalogue() if can_run(report_type)]
ITEMIZED = "balance_change_from_activity.itemized.3"


def query_of(report_type: str, **parameters: Any) -> ReportQuery:
    return report_query(
        order(report_type, interval_start=at("2025-01-01"), interval_end=at("2025-02-01"), **parameters)
    )


def test_every_report_of_the_catalogue_can_run() -> None:
    assert [report_type.id for report_type in catalogue() if not can_run(report_type)] == []
    assert len(RUNNABLE) == 60


@pytest.fixture(scope="module")
def connection() -> Iterator[DuckDBPyConnection]:
    """A database with the ledger's tables, all empty."""
    with duckdb.connect() as opened:
        for statement in (*functions(), *map(empty_view, TABLES)):
            opened.execute(statement)
        yield opened


@pytest.mark.parametrize("report_type", RUNNABLE, ids=lambda report_type: report_type.id)
def test_every_column_of_a_report_type_is_in_its_sql_under_that_name(
    report_type: ReportType, connection: DuckDBPyConnection
) -> None:
    query = query_of_every_column(report_type)

    described = connection.execute(f"describe {query.statement.sql}", query.bound(query.statement)).fetchall()

    assert [name for name, *_ in described] == list(report_type.columns)
    assert query.statement.parameters == query.bound(query.statement).keys()


def test_a_column_that_the_sql_does_not_name_is_refused() -> None:
    known = catalogue().get("payouts.itemized.1")
    assert known is not None
    misnamed = replace(known, columns=("nett",), default_columns=("nett",))
    asked = order("payouts.itemized.1", interval_start=0, interval_end=1)

    with pytest.raises(ReportFailed, match="The column nett cannot be computed here"):
        report_query(replace(asked, report_type=misnamed, parameters=asked.parameters._replace(columns=("nett",))))


def query_of_every_column(report_type: ReportType) -> ReportQuery:
    given: dict[str, Any] = {
        "interval_start": at("2025-01-01"),
        "interval_end": at("2025-02-01"),
        "payout": "po_1",
        "connected_account": "acct_1",
        "columns": [column.replace("[key]", "[order]") for column in report_type.columns],
    }
    return report_query(
        order(report_type.id, **{name: value for name, value in given.items() if report_type.takes(name)})
    )


@pytest.mark.parametrize(
    ("columns", "tables"),
    [
        (["net"], ["balance_transactions"]),
        (["dispute_reason"], ["balance_transactions", "disputes"]),
        (["statement_descriptor"], ["balance_transactions", "charges", "refunds", "disputes"]),
        (["customer_email"], ["balance_transactions", "charges", "refunds", "disputes", "customers"]),
        (["automatic_payout_id"], ["balance_transactions", "payouts", "payout_balance_transactions"]),
        (["connected_account_id"], ["balance_transactions", "transfers"]),
    ],
)
def test_only_the_joins_that_the_columns_need_are_made(columns: list[str], tables: list[str]) -> None:
    query = query_of(ITEMIZED, columns=columns)

    assert query.statement.tables == tuple(tables)
    assert set(re.findall(r"\b(?:FROM|JOIN) (\w+)", query.statement.sql)) == set(tables)


def test_every_column_together_reads_every_table_of_payments() -> None:
    itemized = catalogue().get(ITEMIZED)
    assert itemized is not None
    columns = [column.replace("[key]", "[order]") for column in itemized.columns]

    query = query_of(ITEMIZED, columns=columns)

    others = {"credit_notes", "tax_transactions", "revenue_entries", "account_balances", "opening_balances"}
    assert query.statement.tables == tuple(table for table in TABLES if table not in others)


def test_nothing_that_a_caller_says_stands_in_the_sql() -> None:
    query = query_of(
        ITEMIZED,
        account="acct_'; drop",
        columns=["net", 'payment_metadata[it\'s "$x" {y}]'],
        timezone="Asia/Tokyo",
        currency="eur",
        reporting_category="charge",
        decimal_separator=",",
    )

    assert not re.search("drop|it's|Tokyo|eur|'charge'|2025", query.statement.sql)
    assert query.bound(query.statement).keys() == {
        "account",
        "currency",
        "reporting_category",
        "decimal_separator",
        "interval_start",
        "interval_end",
        "metadata_key_1",
    }


@pytest.mark.parametrize(
    ("report_type", "created"),
    [
        (ITEMIZED, {"balance_transactions": (at("2025-01-01"), at("2025-02-01") - 1)}),
        ("tax.transactions.itemized.2", {"tax_transactions": (at("2025-01-01"), at("2025-02-01") - 1)}),
        ("payouts.itemized.3", {}),
        ("balance.summary.1", {}),
    ],
)
def test_only_the_months_that_matter_are_read(report_type: str, created: dict[str, tuple[int, int]]) -> None:
    assert query_of(report_type).created == created


def test_an_ending_balance_reads_everything_before_its_end() -> None:
    query = report_query(order("ending_balance_reconciliation.summary.1", interval_end=at("2025-02-01")))

    assert query.created == {"balance_transactions": (0, at("2025-02-01") - 1)}


def test_a_report_without_a_definition_is_refused() -> None:
    known = catalogue().get("payouts.itemized.1")
    assert known is not None
    unknown = replace(known, id="fees.itemized.1", base_id=None)

    with pytest.raises(ReportFailed, match=r"fees.itemized.1 cannot be computed here"):
        report_query(replace(order("payouts.itemized.1", interval_start=0, interval_end=1), report_type=unknown))


def test_reports_keep_to_sql_that_other_engines_know() -> None:
    names = ("balance.summary.1", "payouts.summary.1", ITEMIZED, "revenue_recognition.debit_credit_by_price.1")
    statements = [query_of(name).statement.sql for name in names]

    for statement in statements:
        assert not re.search(r"\bqualify\b|group by all|\* replace|::| / ", statement, re.IGNORECASE)


def test_a_test_for_null_is_one_that_duckdb_can_answer_from_statistics() -> None:
    query = query_of(ITEMIZED, columns=["subscription_id"])

    assert "latest.latest_invoice_id IS NOT NULL" in query.statement.sql


def test_orders_that_differ_in_values_alone_share_their_sql() -> None:
    one = query_of(ITEMIZED, account="acct_1", currency="usd", columns=["net", "payment_metadata[size]"])
    other = query_of(ITEMIZED, account="acct_2", currency="eur", columns=["net", "payment_metadata[colour]"])

    assert one.statement is other.statement
    assert one.values["metadata_key_1"] == "/size"
    assert other.values["metadata_key_1"] == "/colour"


def test_sqlglot_is_loaded_only_where_queries_are_composed() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, interfaces.engine.duckdb.engine; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip

    assert "interfaces.engine.definitions.report_query" in loaded
    assert "sqlglot" not in loaded
