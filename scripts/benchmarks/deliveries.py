"""Deliveries of webhooks: throughput, creates meanwhile, and fast endpoints beside one that hangs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from application.webhooks.endpoint_commands import CreateEndpoint
from benchmarks.client import RUNS, body_of
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.load import ask
from benchmarks.servers import Site
from domain.access.caller import Scope
from domain.runs.report_run import ReportRun
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.composition.webhooks import endpoint_administration
from interfaces.settings import Settings
from tests.support.processes import children_of, cpu_seconds, runs_module
from tests.support.receiver import Received, hang, receiving
from tests.support.runs import a_file

ENDPOINTS = 5
FAST_ENDPOINTS = 10
FINISHED = 1_000
"""Runs that end at once."""

EVENTS_A_SECOND = 20
"""While one endpoint hangs."""

WAIT_SECONDS = 120.0
POLL_SECONDS = 0.02
ACTOR = "cli:bench"

SETTINGS = {"REPORTRUN_WEBHOOK_NETWORKS": "127.0.0.0/8"}


class Outcomes:
    """Ends runs of an installation from outside of its server, and looks at what is due."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._scope = Scope(administration(installation).platform(), livemode=False)

    def add_endpoints(self, urls: Sequence[str]) -> None:
        for url in urls:
            command = CreateEndpoint(self._scope, ACTOR, url, ["*"])
            asyncio.run(endpoint_administration(self._installation).create(command))

    def end_runs(self, count: int) -> list[str]:
        """The ids of the events."""
        runs = []
        for _ in range(count):
            at = self._installation.clock.now()
            run = ReportRun.request("balance.summary.1", {"interval_start": 1}, scope=self._scope, actor=ACTOR, at=at)
            run.succeed(a_file(), ledger_version=1, seconds=0.1, actor=ACTOR, at=at)
            runs.append(run)
        self._installation.stores.events.save(*runs)
        return [f"evt_{run.id[4:]}" for run in runs]

    def due(self) -> int:
        count = "select count(*) as due from webhook_deliveries where due_at is not null"
        (row,) = asyncio.run(self._installation.stores.store.database.reader.all(count, {}))
        return int(row["due"])


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    yield from _throughput(Site(folder / "many", settings=SETTINGS).with_demo(), effort)
    yield from _beside_a_hanging_one(Site(folder / "hanging", settings=SETTINGS), effort)


def _throughput(site: Site, effort: Effort) -> Iterator[Figure]:
    key, rates, took, alone, meanwhile = site.new_key(), [], [], [], []
    with receiving() as receiver, _outcomes(site) as outcomes, site.serving(deliverers=1) as server:
        outcomes.add_endpoints([f"{receiver.url}/{number}" for number in range(ENDPOINTS)])
        outcomes.end_runs(1)
        _until(lambda: len(receiver.received) == ENDPOINTS and outcomes.due() == 0)  # the deliverer has started
        (deliverer,) = [pid for pid in children_of(server.pid) if runs_module(pid, "interfaces.entrypoints.deliverer")]
        for _ in range(effort.rounds):
            before = cpu_seconds(deliverer)
            rates.append(_delivered_a_second(outcomes, receiver.received))
            took.append(cpu_seconds(deliverer) - before)
            alone.append(_creates(server.address, key, effort))
            outcomes.end_runs(effort.seconds * FINISHED)
            meanwhile.append(_creates(server.address, key, effort))
            _until(lambda: outcomes.due() == 0)
    how = f"{FINISHED:,} runs that end at once, {ENDPOINTS} endpoints each; until all are recorded"
    yield Figure("deliveries", median(rates), "a second", "500 or more", how)
    each = 1_000 * median(took) / (FINISHED * ENDPOINTS)
    yield Figure("a delivery, CPU time of the deliverer", each, "ms", "", "as sent and recorded, without TLS")
    yield ratio("POST a run, while webhooks are delivered", meanwhile, alone, "0.9 or more", "of the rate without")


def _delivered_a_second(outcomes: Outcomes, received: list[Received]) -> float:
    before, began = len(received), time.monotonic()
    outcomes.end_runs(FINISHED)
    _until(lambda: len(received) - before >= FINISHED * ENDPOINTS and outcomes.due() == 0)
    return FINISHED * ENDPOINTS / (time.monotonic() - began)


def _creates(address: str, key: str, effort: Effort) -> float:
    return ask(f"{address}{RUNS}", effort.seconds, key, body=body_of(), keyed=True).a_second


def _beside_a_hanging_one(site: Site, effort: Effort) -> Iterator[Figure]:
    with receiving(hang) as hanging, receiving() as fast, _outcomes(site) as outcomes, site.serving(deliverers=1):
        outcomes.add_endpoints([hanging.url])
        outcomes.end_runs(FINISHED)
        _until(lambda: hanging.connections > 0)  # the deliverer has started
        outcomes.add_endpoints([f"{fast.url}/{number}" for number in range(FAST_ENDPOINTS)])
        ended_at: dict[str, float] = {}
        for _ in range(EVENTS_A_SECOND * effort.seconds):
            began = time.monotonic()
            (event,) = outcomes.end_runs(1)
            ended_at[event] = time.monotonic()
            time.sleep(max(0.0, began + 1 / EVENTS_A_SECOND - time.monotonic()))  # the rate of events
        _until(lambda: len(fast.received) >= FAST_ENDPOINTS * len(ended_at))
        took = [one.at - ended_at[one.event_id] for one in fast.received if one.event_id in ended_at]
    how = f"{FAST_ENDPOINTS} fast endpoints, {EVENTS_A_SECOND} events/s, {FINISHED:,} due to one that hangs"
    yield Figure("event -> receipt beside a hanging endpoint, p99", quantiles(took, n=100)[98], "s", "1 or less", how)


@contextmanager
def _outcomes(site: Site) -> Iterator[Outcomes]:
    with Installation(Settings(data=site.data, webhook_networks=("127.0.0.0/8",))) as installation:
        yield Outcomes(installation)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"Deliveries did not end within {WAIT_SECONDS:g} s.")
        time.sleep(POLL_SECONDS)
