"""Memory of a server: idle, and after many requests of each kind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.client import RUNS, Client, body_of
from benchmarks.figure import Effort, Figure
from benchmarks.load import ask
from benchmarks.servers import Server, Site

WARM_PART = 0.4
"""Part of the requests that are sent first, to fill the bounded caches of keys, pages and rows."""

SETTLE_SECONDS = 3.0
"""Until the writer processes are ready."""


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    site = Site(folder / "data", settings={"REPORTRUN_SEAL": "0"}).with_demo()
    key = site.new_key()
    with site.serving() as server:
        time.sleep(SETTLE_SECONDS)
        idle = server.memory_mib
        run = Client(server.address, key).create()
        _requests(server, key, run, int(WARM_PART * effort.requests))
        warm = server.memory_mib
        asked = _requests(server, key, run, effort.requests)
        grown = server.memory_mib - warm
    yield Figure("an idle server", idle, "MiB", "150 or less", "with its writer processes, no worker")
    with Site(folder / "whole").with_demo().serving(deliverers=1) as server:
        time.sleep(SETTLE_SECONDS)
        whole = server.memory_mib
    yield Figure("with a deliverer and the sealer", whole, "MiB", "", "as `serve` starts it, but for the worker")
    yield Figure(
        "its growth", grown, "MiB", "none", f"over {asked:,} requests, from {warm:.0f} MiB when caches are full"
    )


def _requests(server: Server, key: str, run: str, least: int) -> int:
    """Read a run, read a page, create a run, repeatedly; gives the number of requests."""
    asked = 0
    seconds = 5 if least > 100_000 else 1
    while asked < least:
        asked += ask(f"{server.address}{RUNS}/{run}", seconds, key).requests
        asked += ask(f"{server.address}{RUNS}?limit=10", seconds, key).requests
        asked += ask(f"{server.address}{RUNS}", 1, key, body=body_of(), keyed=True).requests
    return asked
