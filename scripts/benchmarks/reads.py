"""Read throughput: one run and a page of runs on both stores, compared with a bare server's constant response."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.client import RUNS, Client
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.load import ask
from benchmarks.servers import Server, Site, baseline
from tests.support.postgres import postgres

HOW = "of the baseline's requests/s"


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    with baseline() as bare:
        theirs, one, page = _rates(Site(folder / "sqlite"), bare, effort)
        yield Figure("baseline", median(theirs), "requests/s", note="32 connections, one process")
        yield ratio("GET one run", one, theirs, "0.85 or more", HOW)
        yield ratio("GET a page of 10", page, theirs, "0.90 or more", HOW)
        with postgres(fsync=True) as database, database.new_database() as url:
            theirs, one, page = _rates(Site(folder / "postgres", url), bare, effort)
        yield ratio("GET one run, PostgreSQL", one, theirs, "0.25 or more", HOW)
        yield ratio("GET a page of 10, PostgreSQL", page, theirs, "0.25 or more", HOW)


def _rates(site: Site, bare: Server, effort: Effort) -> tuple[list[float], list[float], list[float]]:
    """Requests a second of each round: of the baseline, for one run, for a page."""
    key = site.with_demo().new_key()
    with site.serving() as server:
        client = Client(server.address, key)
        run = [client.create() for _ in range(20)].pop()
        theirs, one, page = [], [], []
        for _ in range(effort.rounds):
            theirs.append(ask(f"{bare.address}/run", effort.seconds).a_second)
            one.append(ask(f"{server.address}{RUNS}/{run}", effort.seconds, key).a_second)
            page.append(ask(f"{server.address}{RUNS}?limit=10", effort.seconds, key).a_second)
    return theirs, one, page
