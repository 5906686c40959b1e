"""`trigger`: a run that ends as asked for, and its event."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from domain.errors import ReportFailed
from domain.runs.report_run import PlannedOutcome, ReportRun
from domain.webhooks.event_types import RUN_FAILED, RUN_SUCCEEDED
from interfaces.cli.arguments import id_text, plain
from interfaces.cli.ctrl_c import CTRL_C
from interfaces.cli.output import remark, result
from interfaces.settings import Settings

REPORT_TYPE = "balance.summary.1"

PLANNED_ERROR = "This run was to fail: reportrun trigger asked for it."


def add_trigger(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "event_type", choices=(RUN_SUCCEEDED, RUN_FAILED), metavar="EVENT_TYPE", help=f"{RUN_SUCCEEDED} or {RUN_FAILED}"
    )
    command.add_argument(
        "--report-type", type=id_text, default=REPORT_TYPE, metavar="TYPE", help=f"of the run (default {REPORT_TYPE})"
    )
    command.add_argument("--error", type=plain, default=PLANNED_ERROR, metavar="TEXT", help="why the run fails")
    command.add_argument("--account", type=id_text, metavar="acct_...", help="whose run it is (default: the platform)")


def trigger(settings: Settings, options: argparse.Namespace) -> int:
    """Make a run in test mode that ends as asked for, and with it a real event.

    The run is over all of the test ledger's data, and is carried out here; `reportrun demo` loads an example of data.
    Its event is listed by the API, forwarded by `reportrun listen` and sent to the webhook endpoints that select it.
    Its id is printed on stdout.

    Example: reportrun trigger reporting.report_run.succeeded
    """
    from application.webhooks.public_event import event_id_of
    from interfaces.composition.installation import Installation
    from interfaces.composition.reports import local_runs

    fails = options.event_type == RUN_FAILED
    made: list[ReportRun] = []

    @contextmanager
    def watched(run: ReportRun) -> Iterator[Callable[[float], None]]:
        made.append(run)
        remark(f"{run.id} {run.report_type} in test mode")
        yield lambda part: None

    with Installation(settings) as installation:
        local = local_runs(installation)
        scope = local.scope(options.account, livemode=False)
        offer = local.offer(scope, options.report_type)
        plan = PlannedOutcome(error=options.error) if fails else None
        try:
            local.make(scope, offer, {}, watched, lambda: CTRL_C.asked, plan)
        except ReportFailed as failed:
            if not fails or not made or str(failed) != options.error:
                raise
    result(event_id_of(made[0].id))
    return 0
