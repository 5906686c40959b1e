"""Small reports: what a worker spends on one, compared with the same SQL on a warm database over the same files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from application.ports.engine import ReportOrder
from application.runs.work_loop import WorkLoop
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.servers import Site
from domain.access.caller import Scope
from domain.ledger.ledger import Ledger
from domain.runs.report_run import ReportRun
from domain.runs.run_parameters import check_parameters
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.composition.worker import work_loop
from interfaces.engine.definitions.csv_header import header_line
from interfaces.engine.definitions.report_query import report_query
from interfaces.engine.duckdb.csv_copy import copy_statement
from interfaces.engine.duckdb.warm_database import WarmDatabase
from interfaces.settings import Settings

TYPE = "balance.summary.1"
JANUARY = {"interval_start": 1_735_689_600, "interval_end": 1_738_368_000}
REPORTS_A_ROUND = 40


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    site = Site(folder / "data").with_demo()
    with Installation(Settings(data=site.data, engine_threads=1)) as installation:
        scope = Scope(administration(installation).platform(), livemode=True)
        order = _order(installation, scope)
        loop = work_loop(installation)
        reports, queries = [], []
        with closing(WarmDatabase(memory_limit_mib=800, threads=1, spill_folder=folder / "spill")) as database:
            query = _query(installation, order, database, folder / "bare.csv")
            for _ in range(effort.rounds + 1):
                queries.append(_cpu_seconds(query))
                _ask(installation, scope)
                reports.append(_cpu_seconds(lambda: _must_work(loop)))
    how = f"CPU time, one thread, {min(reports[1:]) * 1000:.1f} ms over {min(queries[1:]) * 1000:.1f} ms at the least"
    yield ratio("a small report, over its SQL alone", reports[1:], queries[1:], "1.5 or less", how)


def _cpu_seconds(work: Callable[[], object]) -> float:
    """Of this process, for one report. The first round warms the databases."""
    before = time.process_time()
    for _ in range(REPORTS_A_ROUND):
        work()
    return (time.process_time() - before) / REPORTS_A_ROUND


def _must_work(loop: WorkLoop) -> None:
    if not loop.work_once():
        raise RuntimeError("no run is pending")


def _ask(installation: Installation, scope: Scope) -> None:
    for _ in range(REPORTS_A_ROUND):
        run = ReportRun.request(
            TYPE,
            JANUARY,
            scope=scope,
            actor="bench",
            at=datetime.now(UTC),
            request_id="req_bench",
            api_version="2026-10-28.endive",
        )
        installation.stores.events.save(run)


def _order(installation: Installation, scope: Scope) -> ReportOrder:
    report_type = installation.catalogue.get(TYPE)
    ledger = installation.stores.events.find(Ledger, Ledger.id_of(scope.livemode))
    assert report_type is not None and ledger is not None
    parameters = check_parameters(report_type, JANUARY)
    return ReportOrder(report_type, parameters, scope, ledger.pinned(), (scope.account,))


def _query(
    installation: Installation, order: ReportOrder, database: WarmDatabase, target: Path
) -> Callable[[], object]:
    """The SQL of an order, written to a file as a report is, and nothing else of what a worker does."""
    query = report_query(order)
    files = {table: installation.ledger.files(order.ledger, table) for table in query.statement.tables}
    for _ in range(2):  # small tables are in memory from their second use
        connection = database.showing(files, writing_to=target.parent, small=files, reports_progress=False)
    sql, values = copy_statement(query.statement.sql, target, header_line(query.columns)), query.bound(query.statement)
    return lambda: connection.execute(sql, values).fetchone()
