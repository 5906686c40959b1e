"""A large result file of a site, recorded as if a run had made it."""

from __future__ import annotations

from domain.ids import random_id
from domain.runs.report_run import ReportRun, ResultFile
from interfaces.composition.installation import Installation
from interfaces.host.clock import SystemClock
from interfaces.settings import Settings
from tests.support.site import Site

BIG_BYTES = 64 * 1024 * 1024


def a_big_result(site: Site) -> str:
    """The id of a file that a run is recorded to have made."""
    now = SystemClock().now()
    store = Installation(Settings(data=site.data)).results
    file_id = random_id("file")
    with store.workspace() as made:
        made.write_bytes(b'"a"\n' * (BIG_BYTES // 4))
        kept = store.keep(file_id, made)
    run = ReportRun.request("balance.summary.1", {}, scope=site.scope, actor="key_1", at=now)
    run.start_attempt(ledger_version=1, engine="none", actor="worker:a:1", at=now)
    file = ResultFile(file_id, f"{run.id}.csv", kept.size, kept.sha256, rows=1, columns=("a",))
    run.succeed(file, ledger_version=1, seconds=0.1, actor="worker:a:1", at=now)
    with site.stores() as stores:
        stores.events.save(run)
        stores.projector.catch_up()
    return file_id
