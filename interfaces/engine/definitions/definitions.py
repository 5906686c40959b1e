"""Which SQL each report is put together from: one definition for all its versions and its connected accounts' twin."""

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

    query   how rows become lines of the file
    rows    which rows of the ledger it is made of
    files   where its columns and joins are, later ones before earlier ones
    months  which of these rows can matter to it, by the time they were created
    row     what its SQL calls a row
    """

    query: str
    rows: str
    files: tuple[str, ...]
    months: Months
    row: str = "bt"

    @property
    def all_files(self) -> tuple[str, ...]:
        return ("filters", *self.files, self.query)


def can_run(report_type: ReportType) -> bool:
    """Whether this version can compute the type."""
    return report_type.definition in _DEFINITIONS


def definition_of(report_type: ReportType) -> Definition | None:
    """How to compute a report type; None when it cannot be computed here."""
    return _DEFINITIONS.get(report_type.definition)


_TRANSACTIONS = ("joins", "transaction_columns", "source_columns")
_PAYOUTS = ("joins", "transaction_columns")


def _report(query: str, rows: str, months: Months, files: tuple[str, ...] = _TRANSACTIONS) -> Definition:
    return Definition(query, rows, (*files, rows), months)


def _revenue(query: str, *files: str) -> Definition:
    return Definition(query, "revenue_entries", ("revenue_entries", *files), Months.OF_INTERVAL, row="entry")


_DEFINITIONS = {
    "balance.summary": _report("balance_summary", "balance", Months.ALL, (*_PAYOUTS, "payouts")),
    "balance_change_from_activity.itemized": _report("itemized", "activity", Months.OF_INTERVAL),
    "balance_change_from_activity.summary": _report("category_summary", "activity", Months.OF_INTERVAL),
    "payouts.itemized": _report("itemized", "payouts", Months.ALL, _PAYOUTS),
    "payouts.summary": _report("category_summary", "payouts", Months.ALL, _PAYOUTS),
    "payout_reconciliation.itemized": _report("itemized", "payout_reconciliation", Months.ALL),
    "payout_reconciliation.summary": _report("category_summary", "payout_reconciliation", Months.ALL),
    "payout_reconciliation.by_id.itemized": _report("itemized", "one_payout", Months.ALL),
    "payout_reconciliation.by_id.summary": _report("category_summary", "one_payout", Months.ALL),
    "ending_balance_reconciliation.itemized": _report("itemized", "ending_balance", Months.BEFORE_END),
    "ending_balance_reconciliation.summary": _report("category_summary", "ending_balance", Months.BEFORE_END),
    "tax.transactions.itemized": Definition(
        "itemized", "tax_transactions", ("tax_transactions",), Months.OF_INTERVAL, row="tax"
    ),
    "revenue_recognition.debit_credit_summary": _revenue("revenue_summary"),
    "revenue_recognition.debit_credit_by_price": _revenue("revenue_summary", "revenue_by_price"),
    "revenue_recognition.debit_credit_by_product": _revenue("revenue_summary", "revenue_by_product"),
    "revenue_recognition.debit_credit_by_customer": _revenue("revenue_summary", "revenue_by_customer"),
    "revenue_recognition.debit_credit_by_invoice": _revenue("itemized"),
    "revenue_recognition.debit_credit_by_invoice_line_item": _revenue("itemized"),
    "connect.negative_balance_refunds_disputes_overview": Definition(
        "account_overview", "account_balances", ("account_balances",), Months.ALL, row="one"
    ),
}
