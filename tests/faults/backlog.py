"""A backlog: many pending runs that a site has before anything breaks."""

from __future__ import annotations

from datetime import UTC, datetime

from application.log.idempotency_records import Append
from domain.runs.report_run import PlannedOutcome, ReportRun
from tests.faults.site import Site
from tests.support.small_ledger import JANUARY_END, JANUARY_START

AT_ONCE = 1_000

PLANNED = PlannedOutcome(error="It was planned to fail.")
"""The end of each run: nothing is computed, so that a worker makes hundreds a second."""


def add_backlog(site: Site, runs: int) -> None:
    """Add pending runs to a site that does not run yet."""
    with site.stores() as stores:
        for first in range(0, runs, AT_ONCE):
            made = [_planned(site) for _ in range(min(AT_ONCE, runs - first))]
            stores.store.recorder.append([Append(stores.events.pending(run)) for run in made])


def _planned(site: Site) -> ReportRun:
    at = datetime.now(UTC)
    run = ReportRun.request(
        "balance.summary.1",
        {"interval_start": JANUARY_START, "interval_end": JANUARY_END},
        scope=site.scope,
        actor="key_backlog",
        at=at,
    )
    run.plan(PLANNED, actor="key_backlog", at=at)
    return run
