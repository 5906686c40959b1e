"""Reading a run right after it was created, while eight workers take runs from a long queue."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

from benchmarks.client import RUNS, Client
from benchmarks.figure import Effort, Figure
from benchmarks.servers import Site
from domain.access.caller import Scope
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.faults.backlog import add_backlog

WORKERS = 8
APART_SECONDS = 0.02


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    site = Site(folder / "data", settings={"REPORTRUN_ENGINE_THREADS": "1"}).with_demo()
    key, runs = site.new_key(), effort.runs // 10
    _add_backlog(Settings(data=site.data), runs)
    with site.serving(workers=WORKERS) as server:
        client = Client(server.address, key)
        took = [_seconds(client) for _ in range(50 * effort.seconds)]
    how = f"SQLite, {WORKERS} workers, {runs:,} pending; median {quantiles(took, n=2)[0] * 1000:.1f} ms"
    yield Figure("GET right after a create, p99", quantiles(took, n=100)[-1] * 1000, "ms", "50 or less", how)


def _seconds(client: Client) -> float:
    run = client.create()
    began = time.perf_counter()
    client.get(f"{RUNS}/{run}")
    took = time.perf_counter() - began
    time.sleep(APART_SECONDS)
    return took


def _add_backlog(settings: Settings, runs: int) -> None:
    with Installation(settings) as installation:
        scope = Scope(administration(installation).platform(), livemode=False)
        add_backlog(installation.stores, scope, runs)
