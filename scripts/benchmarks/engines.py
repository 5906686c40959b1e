"""The engines on one machine: the time and the CPU time of reports on Sail and on Spark, over those of DuckDB."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path

from application.ports.engine import ReportEngine, ReportOrder
from application.ports.ledger import LoadOrder
from benchmarks.figure import Effort, Figure, ratio
from domain.access.caller import Scope
from domain.ledger.ledger import PinnedLedger
from domain.report_types import catalogue
from domain.runs.run_parameters import check_parameters
from interfaces.engine.duckdb.engine import DuckDbEngine
from interfaces.engine.spark.engine import SparkEngine
from interfaces.engine.spark.result_parts import PartsPlace
from interfaces.engine.spark.server_address import ServerAddress
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.demo.demo import write_ledger
from tests.support.processes import cpu_seconds
from tests.support.sail import running_sail
from tests.support.spark_server import running_spark

ACCOUNT = "acct_bench"
START, DAYS = date(2025, 1, 1), 365
INTERVAL = {"interval_start": 1_735_689_600, "interval_end": 1_735_689_600 + DAYS * 86_400}
TYPES = ("balance_change_from_activity.itemized.3", "balance_change_from_activity.summary.1")
SIZES = ((5, 3), (0.5, 1))
"""A full measurement, of 1,000,000 rows, is of ledgers of this part of it, 200,000 and 2,000,000 rows, in at most so
many rounds: a large report takes minutes, beside which a server's first one costs little more."""

JAVA = ("-Xmx6g",)
"""Spark's own defaults, but for the memory that 2,000,000 rows need."""

Make = Callable[[ReportOrder], tuple[float, float]]
"""Makes a report. Gives its seconds and its CPU seconds, those of the server included."""


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    for divisor, most_rounds in SIZES:
        rows = int(effort.rows / divisor)
        yield from _of_size(folder / f"divided_by_{divisor}", rows, min(effort.rounds, most_rounds))


def _of_size(folder: Path, rows: int, rounds: int) -> Iterator[Figure]:
    delta = DeltaLedger(folder / "ledger")
    sources = write_ledger(folder / "made", seed=7, livemode=False, balance_transactions=rows, start=START, days=DAYS)
    loaded = delta.write(LoadOrder(PinnedLedger(False, 1, {}), sources, ACCOUNT, None), lambda what, part: None)
    pinned = PinnedLedger(False, 1, loaded.tables)
    for server in ("sail", "spark"):  # one at a time: Spark takes more than a gigabyte
        with ExitStack() as stack:
            engine, pid = _server(server, delta, folder, stack)
            local = stack.enter_context(
                closing(DuckDbEngine(delta, memory_limit_mib=1024, threads=2, spill_folder=folder / "spill"))
            )
            for report_type in TYPES:
                yield from _compared(
                    server,
                    _maker(local, folder),
                    _maker(engine, folder, pid),
                    _order(report_type, pinned),
                    rows,
                    rounds,
                )


def _server(name: str, delta: DeltaLedger, folder: Path, stack: ExitStack) -> tuple[SparkEngine, int]:
    """An engine on a server that runs until the stack is closed, and the server's process."""
    if name == "sail":
        sail = stack.enter_context(running_sail())
        engine, pid = SparkEngine(delta, ServerAddress(sail.url)), sail.process.pid
    else:
        spark = stack.enter_context(running_spark(folder, JAVA))
        parts = PartsPlace(str(folder / "parts"), kept_seconds=3600)
        engine, pid = SparkEngine(delta, ServerAddress(spark.url), reads_files=True, parts=parts), spark.process.pid
    return stack.enter_context(closing(engine)), pid


def _maker(engine: ReportEngine, folder: Path, server: int | None = None) -> Make:
    def make(order: ReportOrder) -> tuple[float, float]:
        began, used = time.perf_counter(), _cpu(server)
        file = folder / "report.csv"
        written = engine.write_csv(order, file, time_limit_seconds=3600, progress=lambda part: None)
        if written.pieces is not None:
            with file.open("wb") as joined:
                joined.writelines(written.pieces)
            written.pieces.close()
        return time.perf_counter() - began, _cpu(server) - used

    return make


def _cpu(server: int | None) -> float:
    return time.process_time() + (cpu_seconds(server) if server else 0)


def _compared(name: str, here: Make, there: Make, order: ReportOrder, rows: int, rounds: int) -> Iterator[Figure]:
    """In turn. Of several rounds, the first is one more, and is not counted."""
    uncounted = 1 if rounds > 1 else 0
    made = [(here(order), there(order)) for _ in range(uncounted + rounds)][uncounted:]
    what = f"{order.report_type.id} of {rows:,} rows on {name}"
    for place, unit in enumerate(("time", "CPU time")):
        theirs, ours = [one[place] for one, _ in made], [other[place] for _, other in made]
        note = f"over that of DuckDB, {min(ours):.2f} s over {min(theirs):.2f} s at the least"
        yield ratio(f"{what}, {unit}", ours, theirs, "", note)


def _order(report_type: str, ledger: PinnedLedger) -> ReportOrder:
    known = catalogue().get(report_type)
    assert known is not None
    columns = [column.replace("[key]", "[order_id]") for column in known.columns]
    parameters = check_parameters(known, {**INTERVAL, "columns": columns})
    return ReportOrder(known, parameters, Scope(ACCOUNT, livemode=False), ledger, (ACCOUNT,))
