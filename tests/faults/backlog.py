"""A backlog: many pending runs that an installation has before anything happens."""

from __future__ import annotations

from datetime import UTC, datetime

from application.log.idempotency_records import Append
from domain.access.caller import Scope
from domain.runs.report_run import PlannedOutcome, ReportRun
from interfaces.composition.stores import Stores
from tests.support.small_ledger import JANUARY_END, JANUARY_START

AT_ONCE = 1_000

FAILURE = PlannedOutcome(error="It was planned to fail.")
"""The end of runs for which nothing is computed: a worker makes hundreds a second."""


def add_backlog(stores: Stores, scope: Scope, runs: int, outcome: PlannedOutcome | None = None) -> None:
    """Add pending runs to the log. outcome: what they are to come to; None: their report is computed"""
    for first in range(0, runs, AT_ONCE):
        made = [_run(scope, outcome) for _ in range(min(AT_ONCE, runs - first))]
        stores.store.recorder.append([Append(stores.events.pending(run)) for run in made])


def _run(scope: Scope, outcome: PlannedOutcome | None) -> ReportRun:
    at = datetime.now(UTC)
    run = ReportRun.request(
        "balance.summary.1",
        {"interval_start": JANUARY_START, "interval_end": JANUARY_END},
        scope=scope,
        actor="key_backlog",
        at=at,
    )
    if outcome is not None:
        run.plan(outcome, actor="key_backlog", at=at)
    return run
