"""The address of report runs, and a form that asks for one."""

from __future__ import annotations

from tests.support.small_ledger import JANUARY_END, JANUARY_START

RUNS = "/v1/reporting/report_runs"

A_REPORT = {
    "report_type": "balance.summary.1",
    "parameters[interval_start]": str(JANUARY_START),
    "parameters[interval_end]": str(JANUARY_END),
}
