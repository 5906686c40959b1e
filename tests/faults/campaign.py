"""A campaign: round after round a site loses processes to SIGKILL under requests and loads; then all is compared."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from application.access.administration import Administration
from domain.access.caller import Scope
from interfaces.host.clock import SystemClock
from tests.faults.backlog import FAILURE, add_backlog
from tests.faults.checkpoints import Checkpoints
from tests.faults.loads import Loads
from tests.faults.reckoning import Reckoning, reckon
from tests.faults.traffic import Traffic
from tests.support.endpoints import Endpoints, endpoints_of
from tests.support.site import VICTIMS, Site

ROUND_VICTIMS = (*VICTIMS, "load")
KILLS = (*ROUND_VICTIMS, "starting server")

SHORTEST_ROUND_SECONDS, LONGEST_ROUND_SECONDS = 0.1, 1.1

HALF_STARTED = 0.2
"""How often a server that is being started is killed, too."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """What was done to a site, and what came of it. The same seed gives the same traffic and the same moments."""

    store: str
    seed: int
    rounds: int
    kills: Counter[str]
    answers: Counter[int]
    load_ends: Counter[int]
    tracebacks: int
    deliveries: int
    seconds: float
    reckoning: Reckoning


def carry_out(
    site: Site,
    *,
    rounds: int,
    seed: int,
    pending: int = 0,
    pending_elsewhere: int = 0,
    told: Callable[[str], None] = lambda what: None,
) -> Campaign:
    """Kill processes of a site `rounds` times, then let it settle and reckon.

    pending            runs that are pending when the first process is killed
    pending_elsewhere  the same of another account, which has no webhook endpoints, and which the end does not wait for:
                       a site with two workers makes the reports of its own account meanwhile
    told               called with what was done
    """
    with site.stores() as stores:
        add_backlog(stores, site.scope, pending, FAILURE)
        if pending_elsewhere:
            accounts = Administration(stores.events, SystemClock(), "cli:test", stores.projector.catch_up)
            elsewhere = accounts.register_account(name="Elsewhere", platform=None)
            add_backlog(stores, Scope(elsewhere, livemode=False), pending_elsewhere, FAILURE)
        stores.projector.catch_up()
        told(f"{pending + pending_elsewhere:,} runs are pending")
    with endpoints_of(site) as endpoints:
        return _carry_out(site, endpoints, rounds, seed, told)


def _carry_out(site: Site, endpoints: Endpoints, rounds: int, seed: int, told: Callable[[str], None]) -> Campaign:
    chance = random.Random(seed)
    started = time.monotonic()
    kills: Counter[str] = Counter()
    site.start()
    traffic, loads, checkpoints = Traffic(site.address, site.key, seed), Loads(site), Checkpoints(site.data)
    traffic.start()
    loads.start()
    checkpoints.start()
    try:
        for done in range(rounds):
            time.sleep(chance.uniform(SHORTEST_ROUND_SECONDS, LONGEST_ROUND_SECONDS))  # the moment is what varies
            victim = ROUND_VICTIMS[done % len(ROUND_VICTIMS)]
            if victim in ("load", "everything"):
                kills["load"] += loads.kill()
            if victim in VICTIMS:
                kills[victim] += 1
                site.kill(victim)
            if victim in ("server", "everything"):
                kills["starting server"] += _start(site, chance)
            told(f"round {done + 1} of {rounds}, {victim}")
    finally:
        told("settling")
        traffic.stop()
        loads.stop()
        checkpoints.stop()
    return Campaign(
        store=site.store,
        seed=seed,
        rounds=rounds,
        kills=kills,
        answers=traffic.answers,
        load_ends=loads.ends,
        reckoning=reckon(site, traffic, loads, endpoints, checkpoints),
        deliveries=endpoints.deliveries,
        tracebacks=site.log.read_text().count("Traceback"),
        seconds=round(time.monotonic() - started, 1),
    )


def _start(site: Site, chance: random.Random) -> int:
    """Start a site's server, now and then after one that is killed half-way; gives how many were."""
    killed = int(chance.random() < HALF_STARTED)
    if killed:
        site.begin()
        time.sleep(chance.uniform(0, LONGEST_ROUND_SECONDS))
        site.kill("everything")
    site.start()
    return killed
