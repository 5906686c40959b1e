"""Lines of the log about runs: what each is about, and how a run ended."""

from __future__ import annotations

import logging

from domain.errors import ReportFailed
from domain.runs.report_run import ReportRun, ResultFile

log = logging.getLogger("reportrun.worker")

Extra = dict[str, dict[str, object]]
"""The `extra` of a record of `logging`: `about` holds what a line is about."""


def log_success(run: ReportRun, file: ResultFile, seconds: float) -> None:
    """seconds  that the attempt took"""
    facts = {"outcome": "succeeded", "rows": file.rows, "bytes": file.size, "seconds": round(seconds, 3)}
    log.info("The run has succeeded.", extra=about_run(run, **facts))


def log_failure(run: ReportRun, failure: ReportFailed) -> None:
    """An error where something else went wrong, which is shown; a warning for what the report itself led to."""
    cause = failure.__cause__
    level = logging.WARNING if cause is None else logging.ERROR
    facts = {"outcome": "failed", "reason": failure.reason}
    log.log(level, "The run has failed. %s", failure, exc_info=cause, extra=about_run(run, **facts))


def about_run(run: ReportRun, **more: object) -> Extra:
    return about(
        run.id,
        report_type=run.report_type,
        account=run.scope.account,
        mode=run.scope.mode,
        key_id=run.requested_by,
        request_id=run.request_id,
        attempt=run.attempts,
        **more,
    )


def about(run_id: str, **more: object) -> Extra:
    return {"about": {"run_id": run_id, **more}}
