"""Which SQL computes each report: one definition for all its versions and for its connected accounts' twin."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from domain.report_types import ReportType


class Months(Enum):
    """Which rows can matter to a report, by the time they were created."""

    OF_INTERVAL = "created in the interval"
    BEFORE_END = "created before the interval's end"
    ALL = "created at any time: a payout counts when it arrives, which may be before or after"


@dataclass(frozen=True, slots=True)
class Definition:
    """One report.

    rows     the `.sql` file of its rows
    months   which of these rows can matter to it, by the time they were created
    summary  the `.sql` file that sums the rows up; without one, each row is a line of the report
    opening  the `.sql` file that takes the place of the ledger's balance transactions in a ledger with opening balances
    """

    rows: str
    months: Months
    summary: str | None = None
    opening: str | None = None

    @property
    def is_itemized(self) -> bool:
        return self.summary is None


def can_run(report_type: ReportType) -> bool:
    """Whether this version can compute the type."""
    return report_type.definition in _DEFINITIONS


def definition_of(report_type: ReportType) -> Definition | None:
    """How to compute a report type; None when it cannot be computed here."""
    return _DEFINITIONS.get(report_type.definition)


_DEFINITIONS = {
    "balance.summary": Definition("payout_movements", Months.ALL, "balance_summary"),
    "balance_change_from_activity.itemized": Definition("activity", Months.OF_INTERVAL),
    "balance_change_from_activity.summary": Definition("activity", Months.OF_INTERVAL, "category_summary"),
    "payouts.itemized": Definition("payouts_of_interval", Months.ALL),
    "payouts.summary": Definition("payouts_of_interval", Months.ALL, "category_summary"),
    "payout_reconciliation.itemized": Definition("payout_reconciliation", Months.ALL),
    "payout_reconciliation.summary": Definition("payout_reconciliation", Months.ALL, "category_summary"),
    "payout_reconciliation.by_id.itemized": Definition("one_payout", Months.ALL),
    "payout_reconciliation.by_id.summary": Definition("one_payout", Months.ALL, "category_summary"),
    "ending_balance_reconciliation.itemized": Definition(
        "ending_balance", Months.BEFORE_END, opening="with_opening_balances"
    ),
    "ending_balance_reconciliation.summary": Definition(
        "ending_balance", Months.BEFORE_END, "category_summary", opening="with_opening_balances"
    ),
    "tax.transactions.itemized": Definition("taxes", Months.OF_INTERVAL),
    "revenue_recognition.debit_credit_summary": Definition("bookings", Months.OF_INTERVAL, "revenue_summary"),
    "revenue_recognition.debit_credit_by_price": Definition("revenue_by_price", Months.OF_INTERVAL, "revenue_summary"),
    "revenue_recognition.debit_credit_by_product": Definition(
        "revenue_by_product", Months.OF_INTERVAL, "revenue_summary"
    ),
    "revenue_recognition.debit_credit_by_customer": Definition(
        "revenue_by_customer", Months.OF_INTERVAL, "revenue_summary"
    ),
    "revenue_recognition.debit_credit_by_invoice": Definition("bookings", Months.OF_INTERVAL),
    "revenue_recognition.debit_credit_by_invoice_line_item": Definition("bookings", Months.OF_INTERVAL),
    "connect.negative_balance_refunds_disputes_overview": Definition("balances_by_end", Months.ALL, "account_overview"),
}
