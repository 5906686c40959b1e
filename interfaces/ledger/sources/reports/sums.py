"""Reports that cannot be loaded: those that hold sums, or rows without the ids and amounts of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from domain.errors import LedgerRefused
from domain.report_types import catalogue
from interfaces.ledger.sources.reports.report_files import display_key

_IDS = {"id", "balance_transaction_id", "created", "created_utc"}
"""Columns that files of single rows have one of."""

_TAXES = "tax.transactions.itemized.2"

_NAMES = ("revenue_recognition", "connect.negative_balance", "tax.transactions")
"""How the names of such files begin, where they do not say that they are summaries."""

_SUMS = "It holds sums, and not the rows that they are made of, so it cannot be loaded."


def must_hold_rows(header: Iterable[str], file: str) -> None:
    """Raises `LedgerRefused` for a report that cannot be loaded, which the names of its columns show."""
    names = [display_key(column) for column in header]
    found = next((sentence for matches, sentence in _KINDS if matches(names)), None)
    if found is not None:
        raise LedgerRefused(found, file=file)


def is_named_for_sums(file: Path) -> bool:
    """Whether a file has the name of a report that cannot be loaded, as `payouts.summary.1.csv`."""
    name = file.name.lower().removeprefix("connected_account_")
    return "summary" in name or name.startswith(_NAMES)


def _is_category_summary(names: list[str]) -> bool:
    keys = set(names)
    return {"reporting_category", "currency"} <= keys and bool(keys & {"gross", "net", "count"}) and not keys & _IDS


def _is_balance_summary(names: list[str]) -> bool:
    return {"category", "net_amount", "currency"} <= set(names)


def _is_revenue_report(names: list[str]) -> bool:
    return {"accounting_period", "debit", "credit"} <= set(names) and "id" not in names


def _is_overview(names: list[str]) -> bool:
    return {"account_id", "balance_excluding_pending_debits"} <= set(names)


def _is_tax_report(names: list[str]) -> bool:
    """Its columns are named as the table's, and stand in the report's own order."""
    known = catalogue().get(_TAXES)
    columns = [display_key(column) for column in known.columns if "[key]" not in column] if known else []
    own = [name for name in names if "_metadata_" not in name and name != "connected_account"]
    return own == columns


_KINDS: tuple[tuple[Callable[[list[str]], bool], str], ...] = (
    (
        _is_category_summary,
        "This is a report of totals by reporting category, such as payouts.summary.1. "
        f"{_SUMS} Load the itemized report of the same name.",
    ),
    (
        _is_balance_summary,
        "This is a balance summary, such as balance.summary.1. "
        f"{_SUMS} Load balance_change_from_activity and payouts, itemized.",
    ),
    (
        _is_revenue_report,
        "This is a report on revenue recognition, such as revenue_recognition.debit_credit_summary.1. "
        f"{_SUMS} Load revenue_entries.",
    ),
    (
        _is_overview,
        "This is the report connect.negative_balance_refunds_disputes_overview.1. "
        f"{_SUMS} Load account_balances, refunds and disputes.",
    ),
    (
        _is_tax_report,
        f"This is the report {_TAXES}. It does not name the invoice, credit note or refund that a tax is of, and its "
        "amounts are in major units, so it cannot be loaded. Load tax_transactions.",
    ),
)
