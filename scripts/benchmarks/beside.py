"""Asking for small reports while a large one is made beside: a report must not slow the API down."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

from benchmarks.asking import RUNS, Client
from benchmarks.figure import Effort, Figure
from benchmarks.large_ledger import BEGIN, END, large_ledger
from benchmarks.reports import DEFAULT_MIB, ITEMIZED, run_itemized

APART_SECONDS = 0.02
FEWEST = 100


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    large = large_ledger(folder, effort.many_rows)
    key = large.site.command("keys", "create", "--mode", "live").strip()
    with large.site.serving(workers=1) as server:
        client = Client(server.address, key)
        os.sync()  # the load's pages are on their way to the disk, and creates wait for it, too
        waiting = 50 * effort.seconds
        idle = [_milliseconds(client) for _ in range(waiting)]
        run = client.create(report_type=ITEMIZED, interval=(BEGIN, END))
        beside: list[float] = []
        while len(beside) < FEWEST or client.get(f"{RUNS}/{run}")["status"] == "pending":
            beside.append(_milliseconds(client))
    ours, theirs = _p99(beside), _p99(idle)
    how = f"{ours:.1f} ms over {theirs:.1f} ms idle; {large.rows:,} rows, {len(beside)} creates"
    yield Figure("create, p99 while a large report is made", ours / theirs, "x", "2.0 or less", how)
    seconds, mib = run_itemized(large, DEFAULT_MIB)
    how = f"of the whole process, at most; {large.rows:,} rows, all columns, {seconds:.0f} s"
    yield Figure("a large report, memory", mib, "MiB", f"{DEFAULT_MIB:,} for the engine", how)


def _milliseconds(client: Client) -> float:
    """A create, with some time behind it: it is asked for now and then, not as often as can be."""
    start = time.perf_counter()
    client.create(interval=(BEGIN, END))
    took = time.perf_counter() - start
    time.sleep(APART_SECONDS)
    return took * 1000


def _p99(milliseconds: list[float]) -> float:
    return quantiles(milliseconds, n=100)[-1]
