"""Runs that have a result file with a few bytes."""

from __future__ import annotations

from domain.access.caller import Scope
from domain.ids import random_id
from domain.runs.report_run import ReportRun, ResultFile
from interfaces.composition.installation import Installation
from tests.support.server import ACTOR

CONTENTS = b'"category"\n"charge"\n'


def finished_run(opened: Installation, account: str) -> tuple[str, str]:
    """A new run of test mode, with `CONTENTS` as its file. Gives the ids of both."""
    scope, at = Scope(account, livemode=False), opened.clock.now()
    run = ReportRun.request("balance.summary.1", {"interval_start": 1}, scope=scope, actor=ACTOR, at=at)
    with opened.results.workspace() as made:
        made.write_bytes(CONTENTS)
        kept = opened.results.keep(file_id := random_id("file"), made)
    file = ResultFile(file_id, f"{run.id}.csv", kept.size, kept.sha256, rows=1, columns=("category",))
    run.succeed(file, ledger_version=1, seconds=0.1, actor=ACTOR, at=at)
    opened.stores.events.save(run)
    opened.stores.projector.catch_up()
    return run.id, file_id
