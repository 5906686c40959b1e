"""Read throughput: one run and a page of runs, compared with a bare server's constant response."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.client import RUNS, Client
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.load import ask
from benchmarks.servers import Site, baseline


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    site = Site(folder / "data").with_demo()
    key = site.new_key()
    with site.serving() as server, baseline() as bare:
        client = Client(server.address, key)
        run = [client.create() for _ in range(20)].pop()
        one, page, theirs = [], [], []
        for _ in range(effort.rounds):
            theirs.append(ask(f"{bare.address}/run", effort.seconds).a_second)
            one.append(ask(f"{server.address}{RUNS}/{run}", effort.seconds, key).a_second)
            page.append(ask(f"{server.address}{RUNS}?limit=10", effort.seconds, key).a_second)
    yield Figure("baseline", sorted(theirs)[len(theirs) // 2], "requests/s", note="32 connections, one process")
    yield ratio("GET one run", one, theirs, "0.85 or more", "of the baseline's requests/s")
    yield ratio("GET a page of 10", page, theirs, "0.60 or more", "of the baseline's requests/s")
