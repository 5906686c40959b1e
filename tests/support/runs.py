"""Runs and files to test with."""

from __future__ import annotations

from domain.access.caller import Scope
from domain.ids import random_id
from domain.runs.report_run import ReportRun, ResultFile
from tests.support.clock import NOON

SCOPE = Scope("acct_1", livemode=False)


def pending_run(scope: Scope = SCOPE) -> ReportRun:
    return ReportRun.request(
        "balance.summary.1",
        {"interval_start": 1, "interval_end": 2},
        scope=scope,
        actor="key_1",
        at=NOON,
        request_id="req_1",
        idempotency_key="idem",
        api_version="2026-10-28.endive",
    )


def a_file(id: str | None = None) -> ResultFile:
    return ResultFile(
        id or random_id("file"),
        "frr_1.csv",
        size=120,
        sha256="ab" * 32,
        rows=3,
        columns=("category", "net_amount"),
    )


def start(run: ReportRun, ledger_version: int = 7) -> None:
    run.start_attempt(ledger_version=ledger_version, engine="duckdb 2.0.0", actor="worker:a:1", at=NOON)


def succeed(run: ReportRun, file: ResultFile | None = None, ledger_version: int = 7) -> None:
    run.succeed(file or a_file(), ledger_version=ledger_version, seconds=0.1, actor="worker:a:1", at=NOON)


def fail(run: ReportRun, error: str = "It went wrong.") -> None:
    run.fail(error, reason="engine_error", actor="worker:a:1", at=NOON)
