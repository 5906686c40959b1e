"""The SQL of reports: every column has a source, and no join is made for nothing."""

from __future__ import annotations

import re

import pytest

from domain.errors import ReportFailed
from domain.ledger_tables import TABLES
from domain.report_types import ReportType, catalogue
from interfaces.engine.families import can_run, definition_of
from interfaces.engine.report_query import ReportQuery, report_query
from interfaces.engine.sql_pieces import pieces_of
from tests.engine.small_ledger import at, order

RUNNABLE = [report_type for report_type in catalogue() if can_run(report_type)]
ITEMIZED = "balance_change_from_activity.itemized.3"


def query_of(report_type: str, **parameters: object) -> ReportQuery:
    return report_query(
        order(report_type, interval_start=at("2025-01-01"), interval_end=at("2025-02-01"), **parameters)
    )


def test_every_report_of_these_families_can_run_and_no_other():
    runnable = {report_type.definition.split(".")[0] for report_type in RUNNABLE}
    others = {report_type.family for report_type in catalogue() if not can_run(report_type)}

    assert len(RUNNABLE) == 50
    assert runnable == {
        "balance",
        "balance_change_from_activity",
        "payouts",
        "payout_reconciliation",
        "ending_balance_reconciliation",
    }
    assert others == {"connect", "tax", "revenue_recognition"}


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


def test_every_column_together_reads_every_table():
    columns = [column.replace("[key]", "[order]") for column in catalogue().get(ITEMIZED).columns]

    query = query_of(ITEMIZED, columns=columns)

    assert query.tables == list(TABLES)


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
        (ITEMIZED, (at("2025-01-01"), at("2025-02-01") - 1)),
        ("payouts.itemized.3", None),
        ("balance.summary.1", None),
    ],
)
def test_only_the_months_that_matter_are_read(report_type: str, created: tuple[int, int] | None):
    assert query_of(report_type).created == created


def test_an_ending_balance_reads_everything_before_its_end():
    query = report_query(order("ending_balance_reconciliation.summary.1", interval_end=at("2025-02-01")))

    assert query.created == (0, at("2025-02-01") - 1)


def test_a_report_without_a_definition_is_refused():
    with pytest.raises(ReportFailed, match=r"tax.transactions.itemized.2 cannot be computed here"):
        query_of("tax.transactions.itemized.2")


def test_reports_keep_to_sql_that_other_engines_know():
    statements = [query_of(name).sql for name in ("balance.summary.1", "payouts.summary.1", ITEMIZED)]

    for statement in statements:
        assert not re.search(r"\bqualify\b|group by all|\* replace|::| / ", statement)
