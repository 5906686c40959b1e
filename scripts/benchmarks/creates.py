"""Create throughput on both stores: each request has its own Idempotency-Key, and is durable when it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.client import RUNS, body_of
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.load import CONNECTIONS, ask
from benchmarks.servers import Site, baseline
from tests.support.postgres import postgres


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    yield from _on("SQLite, synchronous=FULL", Site(folder / "sqlite"), effort, "0.45 or more", "60 ms or less")
    with postgres(fsync=True) as server, server.new_database() as url:
        yield from _on("PostgreSQL, fsync on", Site(folder / "postgres", url), effort, "0.30 or more")


def _on(store: str, site: Site, effort: Effort, wanted: str, slowest: str = "") -> Iterator[Figure]:
    key = site.with_demo().new_key()
    with site.serving() as server, baseline() as bare:
        ours, theirs = [], []
        for _ in range(effort.rounds):
            theirs.append(ask(f"{bare.address}/run", effort.seconds, body=body_of()).a_second)
            ours.append(ask(f"{server.address}{RUNS}", effort.seconds, key, body=body_of(), keyed=True))
    how = f"{CONNECTIONS} connections, of the baseline's requests/s"
    yield ratio(f"POST a run, {store}", [one.a_second for one in ours], theirs, wanted, how)
    yield Figure(f"POST a run, {store}: a second", median(one.a_second for one in ours), "runs/s")
    yield Figure(f"POST a run, {store}: p99", median(one.p99 for one in ours), "ms", slowest)
