"""The tables of the ledger that payout reconciliation has no rows without."""

from __future__ import annotations

from collections.abc import Sequence

from domain.report_types.catalogue import ReportType

NEEDED = ("payouts", "payout_balance_transactions")

_INSTEAD = "`payout_id` on balance transactions serves as well as payout_balance_transactions."


def needed_tables(report_type: ReportType) -> Sequence[str]:
    """Tables without rows of which a report of the type is empty, beside the one of its data window."""
    return NEEDED if report_type.definition.startswith("payout_reconciliation.") else ()


def remedy(missing: Sequence[str]) -> str:
    """What to do about tables that are missing."""
    instead = f" {_INSTEAD}" if "payout_balance_transactions" in missing else ""
    return f"`reportrun load` loads them.{instead}"
