"""Creates while a share of requests repeats an Idempotency-Key, as in a storm of retries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.client import RUNS, body_of
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.load import ask
from benchmarks.servers import Site
from tests.support.postgres import postgres

SHARES = (0.01, 0.1, 0.5)


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    yield from _on("SQLite", Site(folder / "sqlite"), effort)
    with postgres(fsync=True) as server, server.new_database() as url:
        yield from _on("PostgreSQL", Site(folder / "postgres", url), effort)


def _on(store: str, site: Site, effort: Effort) -> Iterator[Figure]:
    key = site.with_demo().new_key()
    rates: dict[float, list[float]] = {share: [] for share in (0.0, *SHARES)}
    with site.serving() as server:
        for _ in range(effort.rounds):
            for share, found in rates.items():
                load = ask(f"{server.address}{RUNS}", effort.seconds, key, body=body_of(), keyed=True, repeated=share)
                found.append(load.a_second)
    for share in SHARES:
        name = f"creates, {share:.0%} with a repeated key, {store}"
        wanted = "0.8 or more" if share == 0.1 else ""
        how = f"of the rate without repeats; {median(rates[share]):,.0f} requests/s"
        yield ratio(name, rates[share], rates[0.0], wanted, how)
