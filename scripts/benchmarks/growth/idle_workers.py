"""What a run costs where many workers wait for it: their CPU time a run, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.client import Client
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.servers import Server, Site
from tests.support.postgres import postgres
from tests.support.processes import children_of, cpu_seconds, runs_module

MANY = 16
RUNS_A_SECOND_OF_EFFORT = 20
POLL_SECONDS = 0.01


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    with postgres(fsync=True) as database, database.new_database() as url:
        site = Site(folder / "data", url, settings={"REPORTRUN_ENGINE_THREADS": "1"}).with_demo()
        key, runs = site.new_key(), RUNS_A_SECOND_OF_EFFORT * effort.seconds
        one, many = [], []
        for _ in range(max(1, effort.rounds // 2)):
            one.append(_cpu_of_a_run(site, key, 1, runs))
            many.append(_cpu_of_a_run(site, key, MANY, runs))
    how = f"of that with 1; {median(many) * 1000:.0f} ms, one run after the other"
    yield ratio(f"CPU time of {MANY} workers a run, PostgreSQL", many, one, "2.0 or less", how)


def _cpu_of_a_run(site: Site, key: str, workers: int, runs: int) -> float:
    """CPU seconds of all workers for each of some runs, of which each is requested when the one before has ended."""
    with site.serving(workers=workers) as server:
        client = Client(server.address, key)
        for run in [client.create() for _ in range(10 * workers)]:  # each worker has made a report then
            client.ended(run, POLL_SECONDS)
        before = _cpu(server)
        for _ in range(runs):
            client.ended(client.create(), POLL_SECONDS)
        return (_cpu(server) - before) / runs


def _cpu(server: Server) -> float:
    found = [pid for pid in children_of(server.pid) if runs_module(pid, "interfaces.entrypoints.worker")]
    return sum(map(cpu_seconds, found))
