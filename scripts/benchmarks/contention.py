"""Create latency while a large report is computed: a report must not slow the API down."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

from benchmarks.client import RUNS, Client
from benchmarks.figure import Effort, Figure
from benchmarks.large_ledger import BEGIN, END, large_ledger
from benchmarks.reports import DEFAULT_MIB, ITEMIZED, SUMMARY, run_itemized
from domain.instants import DAY_SECONDS

APART_SECONDS = 0.02
FEWEST = 100


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    large = large_ledger(folder, effort.many_rows)
    key = large.site.command("keys", "create", "--mode", "live").strip()
    os.sync()  # otherwise creates wait for the pages of the load
    with large.site.serving() as server:
        client = Client(server.address, key)
        idle = [_create(client)[1] for _ in range(50 * effort.seconds)]
    with large.site.serving(workers=1) as server:
        client = Client(server.address, key)
        client.ended(_create(client)[0], APART_SECONDS)  # the queue is empty
        run = client.create(report_type=ITEMIZED, interval=(BEGIN, END))
        busy: list[float] = []
        while len(busy) < FEWEST or client.get(f"{RUNS}/{run}")["status"] == "pending":
            busy.append(_create(client)[1])
    ours, theirs = _p99(busy), _p99(idle)
    how = f"{ours:.1f} ms over {theirs:.1f} ms idle; {large.rows:,} rows, {len(busy)} creates"
    yield Figure("create, p99 while a large report is made", ours / theirs, "x", "2.0 or less", how)
    seconds, mib = run_itemized(large, DEFAULT_MIB)
    how = f"of the whole process, at most; {large.rows:,} rows, all columns, {seconds:.0f} s"
    yield Figure("a large report, memory", mib, "MiB", f"{DEFAULT_MIB:,} for the engine", how)


def _create(client: Client) -> tuple[str, float]:
    """Request a small report, then pause. Gives its id and the milliseconds until the response."""
    start = time.perf_counter()
    run = client.create(report_type=SUMMARY, interval=(BEGIN, BEGIN + DAY_SECONDS))
    took = time.perf_counter() - start
    time.sleep(APART_SECONDS)
    return run, took * 1000


def _p99(milliseconds: list[float]) -> float:
    return quantiles(milliseconds, n=100)[-1]
