"""Small reports: how soon one is there, and how many a second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.asking import RUNS, Client
from benchmarks.figure import Effort, Figure
from benchmarks.servers import Site

POLL_SECONDS = 0.002


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
        one = _a_second(client, many)
        yield Figure("small reports, one worker", one, "reports/s", "25 or more")
    with site.serving(workers=2) as server:
        client = Client(server.address, key)
        for _ in range(4):
            client.ended(client.create(), POLL_SECONDS)
        two = _a_second(client, many)
        yield Figure(
            "small reports, two workers over one", two / one, "x", "1.7 where cores allow", f"{two:.0f} reports/s"
        )


def _seconds(client: Client) -> float:
    start = time.perf_counter()
    client.ended(client.create(), POLL_SECONDS)
    return time.perf_counter() - start


def _a_second(client: Client, runs: int) -> float:
    """Runs wait in a queue; what counts is the time from the first to the last of them."""
    start = time.perf_counter()
    ids = [client.create() for _ in range(runs)]
    while any(run["status"] == "pending" for run in client.get(f"{RUNS}?limit=100")["data"]):
        time.sleep(0.02)
    client.ended(ids[0], POLL_SECONDS)
    return runs / (time.perf_counter() - start)
