"""The SQL of reports: every column has a source, and no join is made for nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from domain.errors import ReportFailed
from domain.ledger.tables import TABLES
from domain.report_types import ReportType, catalogue
from interfaces.engine.definitions.definitions import can_run, definition_of
from interfaces.engine.definitions.report_query import ReportQuery, report_query
from interfaces.engine.definitions.sql_pieces import pieces_of
from tests.engine.small_ledger import at, order

RUNNABLE = [report_type for report_type in catalogue() if can_run(report_type)]
ITEMIZED = "balance_change_from_activity.itemized.3"


def query_of(report_type: str, **parameters: object) -> ReportQuery:
    return report_query(
        order(report_type, interval_start=at("2025-01-01"), interval_end=at("2025-02-01"), **parameters)
    )


def test_every_report_of_the_catalogue_can_run():
    assert [report_type.id for report_type in catalogue() if not can_run(report_type)] == []
    assert len(RUNNABLE) == 59


@pytest.mark.parametrize("report_type", RUNNABLE, ids=lambda report_type: report_type.id)
def test_every_column_of_a_report_has_a_source(report_type: ReportType):
    given = {
        "interval_start": at("2025-01-01"),
        "interval_end": at("2025-02-01"),
        "payout": "po_1",
        "connected_account": "acct_1",
        "columns": [column.replace("[key]", "[order]") for column in report_type.columns],
    }

    query = report_query(
        order(report_type.id, **{name: value for name, value in given.items() if report_type.takes(name)})
    )

    assert "{" not in query.sql
    assert set(re.findall(r"\$(\w+)", query.sql)) == query.bound(query.sql).keys()


@pytest.mark.parametrize("report_type", RUNNABLE, ids=lambda report_type: report_type.id)
def test_every_join_that_a_column_needs_is_there(report_type: ReportType):
    definition = definition_of(report_type)
    assert definition is not None

    pieces = pieces_of(definition.all_files)

    needed = {name for piece in (*pieces.columns.values(), *pieces.joins.values()) for name in piece.needs}
    assert needed <= pieces.joins.keys()


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
def test_only_the_joins_that_the_columns_need_are_made(columns: list[str], tables: list[str]):
    query = query_of(ITEMIZED, columns=columns)

    assert query.tables == tables
    assert set(re.findall(r"\b(?:from|join) (\w+)", query.sql)) == set(tables)


def test_every_column_together_reads_every_table_of_payments():
    columns = [column.replace("[key]", "[order]") for column in catalogue().get(ITEMIZED).columns]

    query = query_of(ITEMIZED, columns=columns)

    others = {"credit_notes", "tax_transactions", "revenue_entries", "account_balances"}
    assert query.tables == [table for table in TABLES if table not in others]


def test_nothing_that_a_caller_says_stands_in_the_sql():
    query = query_of(
        ITEMIZED,
        account="acct_'; drop",
        columns=["net", 'payment_metadata[it\'s "$x" {y}]'],
        timezone="Asia/Tokyo",
        currency="eur",
        reporting_category="charge",
        decimal_separator=",",
    )

    assert not re.search("drop|it's|Tokyo|eur|'charge'|2025", query.sql)
    assert query.bound(query.sql).keys() == {
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
def test_only_the_months_that_matter_are_read(report_type: str, created: dict[str, tuple[int, int]]):
    assert query_of(report_type).created == created


def test_an_ending_balance_reads_everything_before_its_end():
    query = report_query(order("ending_balance_reconciliation.summary.1", interval_end=at("2025-02-01")))

    assert query.created == {"balance_transactions": (0, at("2025-02-01") - 1)}


def test_a_report_without_a_definition_is_refused():
    known = catalogue().get("payouts.itemized.1")
    unknown = replace(known, id="fees.itemized.1", base_id=None)

    with pytest.raises(ReportFailed, match=r"fees.itemized.1 cannot be computed here"):
        report_query(replace(order("payouts.itemized.1", interval_start=0, interval_end=1), report_type=unknown))


def test_reports_keep_to_sql_that_other_engines_know():
    names = ("balance.summary.1", "payouts.summary.1", ITEMIZED, "revenue_recognition.debit_credit_by_price.1")
    statements = [query_of(name).sql for name in names]

    for statement in statements:
        assert not re.search(r"\bqualify\b|group by all|\* replace|::| / ", statement)
