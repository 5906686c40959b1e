"""Creates on several servers that share one PostgreSQL: with callers for each of them, and with the callers of one."""

from __future__ import annotations

import random
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

SERVERS = (2, 4)

ONE = (1, CONNECTIONS)


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    """Loads are pairs: how many servers, and how many connections in all."""
    with_callers = [(count, count * CONNECTIONS) for count in SERVERS]
    shared_callers = [(count, CONNECTIONS) for count in SERVERS]
    with postgres(fsync=True) as database, database.new_database() as url, ExitStack() as stack:
        site = Site(folder / "data", url)
        key = site.with_demo().new_key()
        servers = [stack.enter_context(site.serving()) for _ in range(max(SERVERS))]
        rates: dict[tuple[int, int], list[float]] = {load: [] for load in (ONE, *with_callers, *shared_callers)}
        for _ in range(effort.rounds):
            for count, connections in random.sample(list(rates), len(rates)):
                found = _rate(servers[:count], connections, key, effort)
                rates[count, connections].append(found)
    how = f"of the rate of one with {CONNECTIONS} connections"
    for load in with_callers:
        name = f"creates on {load[0]} servers, PostgreSQL"
        yield ratio(name, rates[load], rates[ONE], "1.0 or more", f"{how}, with as many for each; {_runs(rates[load])}")
    for load in shared_callers:
        name = f"the same callers on {load[0]} servers"
        wanted = "1.0 or more where cores allow"
        yield ratio(name, rates[load], rates[ONE], wanted, f"{how}, with as many in all; {_runs(rates[load])}")


def _runs(rates: list[float]) -> str:
    return f"{median(rates):,.0f} runs/s"


def _rate(servers: list[Server], connections: int, key: str, effort: Effort) -> float:
    def load(server: Server) -> float:
        address, each = f"{server.address}{RUNS}", connections // len(servers)
        return ask(address, effort.seconds, key, body=body_of(), connections=each, keyed=True).a_second

    with ThreadPoolExecutor(len(servers)) as callers:
        return sum(callers.map(load, servers))
