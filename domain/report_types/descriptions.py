"""What each report type holds, in one sentence."""

from __future__ import annotations

from domain.report_types.catalogue import ReportType

_TOTALS = "count, gross, fee and net of each reporting category and currency, over"
_ACTIVITY = "the balance transactions of the interval that are neither a payout nor its reversal"
_SETTLED = "the balance transactions that automatic payouts of the interval settle"
_ONE_PAYOUT = "the balance transactions that one automatic payout settles"
_UNPAID = "the balance transactions that were not paid out by the interval's end"
_ENTRIES = "amounts that revenue recognition debits and credits"

_HOLDS = {
    "balance.summary": "the balance of each currency at the interval's start and end, and what moved it",
    "balance_change_from_activity.itemized": _ACTIVITY,
    "balance_change_from_activity.summary": f"{_TOTALS} {_ACTIVITY}",
    "payouts.itemized": "the payouts of the interval, and those that came back",
    "payouts.summary": f"{_TOTALS} the payouts of the interval, and those that came back",
    "payout_reconciliation.itemized": _SETTLED,
    "payout_reconciliation.summary": f"{_TOTALS} {_SETTLED}",
    "payout_reconciliation.by_id.itemized": _ONE_PAYOUT,
    "payout_reconciliation.by_id.summary": f"{_TOTALS} {_ONE_PAYOUT}",
    "ending_balance_reconciliation.itemized": _UNPAID,
    "ending_balance_reconciliation.summary": f"{_TOTALS} {_UNPAID}",
    "tax.transactions.itemized": "the tax transactions of the interval",
    "revenue_recognition.debit_credit_summary": f"{_ENTRIES}, by accounting period and account",
    "revenue_recognition.debit_credit_by_price": f"{_ENTRIES}, by price",
    "revenue_recognition.debit_credit_by_product": f"{_ENTRIES}, by product",
    "revenue_recognition.debit_credit_by_customer": f"{_ENTRIES}, by customer",
    "revenue_recognition.debit_credit_by_invoice": f"{_ENTRIES}, each with its invoice",
    "revenue_recognition.debit_credit_by_invoice_line_item": f"{_ENTRIES}, each with its invoice line item",
    "connect.negative_balance_refunds_disputes_overview": (
        "the connected accounts in debt, or with refunds or disputes in the last seven days"
    ),
}
"""Definition -> what its rows are."""


def description_of(report_type: ReportType) -> str:
    """The sentence. A custom report type is described by its name."""
    holds = _HOLDS.get(report_type.definition, report_type.name)
    if report_type.definition == "balance.summary" and report_type.version >= 2:
        holds += ", with gross amounts and fees"
    if report_type.base_id is not None:
        holds += ", of connected accounts"
    return f"{holds[:1].upper()}{holds[1:].rstrip('.')}."
