"""Small reports: how soon one is there, and how many a second."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.asking import RUNS, Client
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.servers import Site

POLL_SECONDS = 0.002

_LOOP = """
import sys, time
rounds, end = 0, time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    for number in range(10_000):
        text = str(number)
    rounds += 1
print(rounds)
"""

QUEUE_POLL_SECONDS = 0.1
"""Rarely enough that asking takes no core from the workers."""


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    site = Site(folder / "data").with_demo()
    key = site.new_key()
    many = 40 * effort.seconds
    with site.serving(workers=1) as server:
        client = Client(server.address, key)
        client.ended(client.create(), POLL_SECONDS)  # the engine is warm from the first report on
        took = [_seconds(client) for _ in range(20 * effort.rounds)]
        yield Figure(
            "create -> succeeded, small report", median(took) * 1000, "ms", "60 or less", "one worker, idle server"
        )
        yield Figure("small reports, one worker", _a_second(client, many), "reports/s", "25 or more")
    one_thread = Site(site.data, settings={"REPORTRUN_ENGINE_THREADS": "1"})
    one, two, one_core, two_cores = [], [], [], []
    for _ in range(effort.rounds):
        one.append(_with_workers(one_thread, key, 1, many))
        two.append(_with_workers(one_thread, key, 2, many))
        one_core.append(_computed(1, effort.seconds))
        two_cores.append(_computed(2, effort.seconds))
    how = f"one thread for each; {median(two):.0f} reports/s"
    yield ratio("small reports, two workers over one", two, one, "1.7 where cores allow", how)
    yield ratio("what the cores allow", two_cores, one_core, note="two processes that only compute over one")


def _with_workers(site: Site, key: str, workers: int, many: int) -> float:
    with site.serving(workers=workers) as server:
        client = Client(server.address, key)
        for run in [client.create() for _ in range(2 * workers)]:
            client.ended(run, POLL_SECONDS)
        return _a_second(client, many)


def _computed(processes: int, seconds: float) -> float:
    """How often processes side by side go round a loop that asks nothing of anybody."""
    started = [
        subprocess.Popen([sys.executable, "-c", _LOOP, str(seconds)], stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    return sum(int(process.communicate()[0]) for process in started)


def _seconds(client: Client) -> float:
    start = time.perf_counter()
    client.ended(client.create(), POLL_SECONDS)
    return time.perf_counter() - start


def _a_second(client: Client, runs: int) -> float:
    """Runs wait in a queue, and whoever asks for them takes no core from the workers: what counts are those that end
    behind the last create, by the times of their own events."""
    ids = [client.create() for _ in range(runs)]
    start = datetime.now(UTC)
    for run in reversed(ids):  # the last one first, so that the others are asked about once
        client.ended(run, QUEUE_POLL_SECONDS)
    ends = sorted(end for run in ids if (end := _end(client, run)) > start)
    return len(ends) / (ends[-1] - start).total_seconds()


def _end(client: Client, run: str) -> datetime:
    """When the last event of a run happened."""
    return datetime.fromisoformat(client.get(f"{RUNS}/{run}/history")["data"][-1]["occurred_at"])
