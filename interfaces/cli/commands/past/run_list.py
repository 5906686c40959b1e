"""`runs`: the list of runs, now or as it was."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from domain.counting import counted
from domain.instants import utc_text
from interfaces.cli.arguments import id_text, instant
from interfaces.cli.output import remark
from interfaces.cli.row_formats import add_format, print_rows
from interfaces.settings import Settings

if TYPE_CHECKING:
    from application.history.past_run import PastRun

WIDTHS = {
    "id": 28,
    "created": 23,
    "status": 9,
    "report_type": 32,
    "mode": 4,
    "account": 21,
    "attempts": 0,
    "version": 0,
    "ledger_version": 0,
    "file_id": 0,
    "sha256": 0,
}


def add_runs(command: argparse.ArgumentParser) -> None:
    command.add_argument("--at", type=instant, metavar="TIME", help="the list as it was then (default: now)")
    command.add_argument("--account", type=id_text, metavar="acct_...", help="only the runs of this account")
    command.add_argument("--mode", choices=("test", "live"), help="only the runs of this mode (default: both)")
    add_format(command)


def runs(settings: Settings, options: argparse.Namespace) -> int:
    """List the runs, oldest first, now or as they were at a time.

    The log is replayed up to that time; memory does not grow with it.

    Example: reportrun runs --at 2025-01-31T18:00:00Z --format csv
    """
    from application.history.moments import Moment
    from application.history.past_runs import runs_then
    from interfaces.composition.installation import Installation

    livemode = None if options.mode is None else options.mode == "live"
    moment = Moment(at=options.at)
    with Installation(settings, only_reads=True) as installation:
        found = runs_then(installation.stores.events, moment, account=options.account, livemode=livemode)
        count = print_rows(map(_row, found), WIDTHS, options.format)
    remark(f"{counted(count, 'run')} {moment}")
    return 0


def _row(past: PastRun) -> dict[str, Any]:
    row = past.row
    return {
        "id": row.id,
        "created": utc_text(row.created),
        "status": row.status,
        "report_type": row.report_type,
        "mode": "live" if row.livemode else "test",
        "account": row.account,
        "attempts": row.attempts,
        "version": past.version,
        "ledger_version": past.ledger_version,
        "file_id": row.file_id,
        "sha256": past.sha256,
    }
