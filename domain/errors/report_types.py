"""A report type that is in the catalogue and cannot run."""

from __future__ import annotations

from domain.errors.parameters import request_parameter
from domain.errors.root import ReportrunError


class ReportTypeCannotRun(ReportrunError):
    """The type is known, but it cannot run here or for this caller."""

    param = request_parameter("report_type")


class NotOfferedHere(ReportTypeCannotRun):
    def __init__(self, report_type: str, newest: str | None) -> None:
        """newest  the newest version of the report that is offered here"""
        other = f" The newest version here is {newest}." if newest else ""
        super().__init__(
            f"The report type {report_type} is known to Stripe and not offered here, since its columns are not "
            f"documented.{other}"
        )


class NotRunnableHere(ReportTypeCannotRun):
    def __init__(self, report_type: str) -> None:
        super().__init__(f"The report type {report_type} is known, but this installation cannot compute it.")


class LiveModeOnly(ReportTypeCannotRun):
    def __init__(self, report_type: str) -> None:
        super().__init__(f"The report type {report_type} is only available with a live-mode API key.")


class NoConnectedAccounts(ReportTypeCannotRun):
    def __init__(self, report_type: str, account: str) -> None:
        super().__init__(f"The report type {report_type} is about connected accounts, and '{account}' has none.")


class NoLedgerData(ReportTypeCannotRun):
    def __init__(self, report_type: str, mode: str, table: str, owner: str) -> None:
        super().__init__(
            f"The report type {report_type} has no data in {mode} mode yet: nothing was loaded into the ledger's table "
            f"{table}, or nothing for {owner}."
        )
