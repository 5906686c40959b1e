"""Creates on several servers that share one PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.client import RUNS, body_of
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.load import CONNECTIONS, ask
from benchmarks.servers import Server, Site
from tests.support.postgres import postgres

SERVERS = (1, 2, 4)


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    with postgres(fsync=True) as database, database.new_database() as url, ExitStack() as stack:
        site = Site(folder / "data", url)
        key = site.with_demo().new_key()
        servers = [stack.enter_context(site.serving()) for _ in range(max(SERVERS))]
        rates: dict[int, list[float]] = {count: [] for count in SERVERS}
        for _ in range(effort.rounds):
            for count, found in rates.items():
                found.append(_rate(servers[:count], key, effort))
    for count in SERVERS[1:]:
        how = f"of the rate of one, with {CONNECTIONS} connections in all; {median(rates[count]):,.0f} runs/s"
        name = f"creates on {count} servers, PostgreSQL"
        yield ratio(name, rates[count], rates[1], "1.0 or more where cores allow", how)


def _rate(servers: list[Server], key: str, effort: Effort) -> float:
    def load(server: Server) -> float:
        connections = CONNECTIONS // len(servers)
        address = f"{server.address}{RUNS}"
        return ask(address, effort.seconds, key, body=body_of(), connections=connections, keyed=True).a_second

    with ThreadPoolExecutor(len(servers)) as callers:
        return sum(callers.map(load, servers))
