"""Which charts suit which report, by the columns of its definition in the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from interfaces.console.charts.chart import Shape


class ChartSpec(NamedTuple):
    """One chart.

    by      names of the column that rows are grouped by; the first that a file has is used
    amount  the column that is summed; empty: rows are counted
    """

    title: str
    shape: Shape
    by: tuple[str, ...]
    amount: str = "net"


_CREATED = ("created", "created_utc")
_CATEGORY = ("reporting_category",)
_PAYOUT_DAY = ("automatic_payout_effective_at", "automatic_payout_effective_at_utc")

_NET_BY_DAY = ChartSpec("Net by day", Shape.DAYS, _CREATED)
_NET_BY_CATEGORY = ChartSpec("Net by category", Shape.CATEGORIES, _CATEGORY)
_FEES_BY_CATEGORY = ChartSpec("Fees by category", Shape.CATEGORIES, _CATEGORY, "fee")
_SUMMARY = (_NET_BY_CATEGORY, _FEES_BY_CATEGORY)
_ONE_PAYOUT = (_NET_BY_DAY, _FEES_BY_CATEGORY)
_PERIODS = ChartSpec("Amount by accounting period", Shape.PERIODS, ("accounting_period",), "amount")
_DEBITS = ChartSpec("Amount by debited account", Shape.CATEGORIES, ("debit",), "amount")
_CREDITS = ChartSpec("Amount by credited account", Shape.CATEGORIES, ("credit",), "amount")


def _revenue(*more: ChartSpec) -> tuple[ChartSpec, ...]:
    return (_PERIODS, *more, _DEBITS, _CREDITS)


BY_DEFINITION: dict[str, tuple[ChartSpec, ...]] = {
    "balance.summary": (ChartSpec("Balance and what moved it", Shape.IN_ORDER, ("category",), "net_amount"),),
    "balance_change_from_activity.itemized": (
        _NET_BY_DAY,
        ChartSpec("Change of the balance over time", Shape.RUNNING, _CREATED),
        _FEES_BY_CATEGORY,
    ),
    "balance_change_from_activity.summary": _SUMMARY,
    "payouts.itemized": (
        ChartSpec("Payouts by day", Shape.DAYS, ("effective_at", "effective_at_utc")),
        ChartSpec("Payouts by status", Shape.CATEGORIES, ("payout_status",), ""),
    ),
    "payouts.summary": _SUMMARY,
    "payout_reconciliation.itemized": (
        ChartSpec("Net by day of the payout", Shape.DAYS, _PAYOUT_DAY),
        _NET_BY_DAY,
        _FEES_BY_CATEGORY,
    ),
    "payout_reconciliation.summary": _SUMMARY,
    "payout_reconciliation.by_id.itemized": _ONE_PAYOUT,
    "payout_reconciliation.by_id.summary": _SUMMARY,
    "ending_balance_reconciliation.itemized": (
        ChartSpec("Balance over time, by the day it came in", Shape.RUNNING, _CREATED),
        ChartSpec("Balance by the day it becomes available", Shape.DAYS, ("available_on", "available_on_utc")),
        _NET_BY_CATEGORY,
    ),
    "ending_balance_reconciliation.summary": _SUMMARY,
    "tax.transactions.itemized": (
        ChartSpec("Tax by day", Shape.DAYS, ("transaction_date",), "tax_amount"),
        ChartSpec("Tax by country", Shape.CATEGORIES, ("country_code",), "tax_amount"),
    ),
    "revenue_recognition.debit_credit_summary": _revenue(),
    "revenue_recognition.debit_credit_by_price": _revenue(
        ChartSpec("Amount by price", Shape.CATEGORIES, ("price_id",), "amount")
    ),
    "revenue_recognition.debit_credit_by_product": _revenue(
        ChartSpec("Amount by product", Shape.CATEGORIES, ("product_id",), "amount")
    ),
    "revenue_recognition.debit_credit_by_customer": _revenue(
        ChartSpec("Amount by customer", Shape.CATEGORIES, ("customer_id",), "amount")
    ),
    "revenue_recognition.debit_credit_by_invoice": _revenue(
        ChartSpec("Amount by day", Shape.DAYS, ("booked_date",), "amount")
    ),
    "revenue_recognition.debit_credit_by_invoice_line_item": _revenue(
        ChartSpec("Amount by day", Shape.DAYS, ("booked_date",), "amount")
    ),
    "connect.negative_balance_refunds_disputes_overview": (
        ChartSpec("Balance by account", Shape.CATEGORIES, ("account_id",), "balance"),
        ChartSpec("Disputed in seven days, by account", Shape.CATEGORIES, ("account_id",), "disputed_amount_7d"),
        ChartSpec("Refunded in seven days, by account", Shape.CATEGORIES, ("account_id",), "refunded_amount_7d"),
    ),
}
"""Definition of a report type -> its charts."""

CUSTOM = (_NET_BY_DAY, _NET_BY_CATEGORY, _FEES_BY_CATEGORY)
"""Of a custom report type, as far as it has columns of these names."""


def specs_of(definition: str, columns: Sequence[str]) -> list[tuple[ChartSpec, str]]:
    """The charts that a file with these columns can have, each with the column that it is grouped by."""
    found = []
    for spec in BY_DEFINITION.get(definition, CUSTOM):
        by = next((name for name in spec.by if name in columns), None)
        if by is not None and (not spec.amount or spec.amount in columns):
            found.append((spec, by))
    return found
