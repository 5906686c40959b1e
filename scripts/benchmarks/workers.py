"""Small reports: latency and throughput."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.client import RUNS, Client
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.servers import Site

POLL_SECONDS = 0.002

QUEUE_POLL_SECONDS = 0.1
"""Long enough that polling takes no core from the workers."""


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
        yield Figure("small reports, one worker", _worked(client, many).a_second, "reports/s", "25 or more")
    one_thread = Site(site.data, settings={"REPORTRUN_ENGINE_THREADS": "1"})
    one, two = [], []
    for _ in range(effort.rounds):
        one.append(_with_workers(one_thread, key, 1, many))
        two.append(_with_workers(one_thread, key, 2, many))
    busy = f"{_busy(one):.2f} of {os.cpu_count()} cores are busy with one, {_busy(two):.2f} with two"
    how = f"one thread for each; {median(_rates(two)):.0f} reports/s; {busy}"
    wanted = "1.7 where cores allow"
    yield ratio("small reports, two workers over one", _rates(two), _rates(one), wanted, how)


@dataclass(frozen=True, slots=True)
class Worked:
    """How a queue was worked off. a_second: reports; busy: average number of busy cores."""

    a_second: float
    busy: float


def _rates(worked: list[Worked]) -> list[float]:
    return [one.a_second for one in worked]


def _busy(worked: list[Worked]) -> float:
    return median(one.busy for one in worked)


def _with_workers(site: Site, key: str, workers: int, many: int) -> Worked:
    with site.serving(workers=workers) as server:
        client = Client(server.address, key)
        for run in [client.create() for _ in range(2 * workers)]:
            client.ended(run, POLL_SECONDS)
        return _worked(client, many)


def _seconds(client: Client) -> float:
    start = time.perf_counter()
    client.ended(client.create(), POLL_SECONDS)
    return time.perf_counter() - start


def _worked(client: Client, runs: int) -> Worked:
    """Work off a queue of runs. Only runs that end after the last create count, so that creating takes no core from the
    workers; times are those of the events."""
    ids = [client.create() for _ in range(runs)]
    start, busy = datetime.now(UTC), _busy_seconds()
    client.ended(ids[-1], QUEUE_POLL_SECONDS)
    busy = (_busy_seconds() - busy) / (datetime.now(UTC) - start).total_seconds()
    for run in ids:
        client.ended(run, QUEUE_POLL_SECONDS)
    ends = sorted(end for run in ids if (end := _end(client, run)) > start)
    return Worked(len(ends) / (ends[-1] - start).total_seconds(), busy)


def _busy_seconds() -> float:
    """Busy time of all cores since the machine was started."""
    user, nice, system, _, _, interrupts, soft, *_ = map(int, Path("/proc/stat").read_text().split()[1:11])
    return (user + nice + system + interrupts + soft) / os.sysconf("SC_CLK_TCK")


def _end(client: Client, run: str) -> datetime:
    """The time of a run's last event."""
    return datetime.fromisoformat(client.get(f"{RUNS}/{run}/history")["data"][-1]["occurred_at"])
