"""Sealing: a long log from zero, the age of checkpoints under creates, and what sealing costs creates."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

from application.ports.seal_states import SealState
from benchmarks.client import RUNS, body_of
from benchmarks.commands import timed
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.history import write_past
from benchmarks.load import ask
from benchmarks.servers import REPORTRUN, Site
from interfaces.composition.installation import Installation
from interfaces.settings import Settings

LOOK_SECONDS = 0.05

RUNS_OF_GOAL, SECONDS_OF_GOAL = 1_000_000, 30


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    yield from _from_zero(Site(folder / "past"), effort)
    yield from _beside_creates(folder, effort)


def _from_zero(site: Site, effort: Effort) -> Iterator[Figure]:
    past = write_past(Settings(data=site.data), effort.runs)
    seconds, mib, code = timed([REPORTRUN, "seal", "--once"], site.environment)
    if code:
        raise RuntimeError("seal failed")
    wanted = f"{SECONDS_OF_GOAL} s or less" if effort.runs == RUNS_OF_GOAL else ""
    how = f"{past.events:,} events, {past.events / seconds:,.0f} a second, {mib:.0f} MiB"
    yield Figure(f"seal {effort.runs:,} runs from zero", seconds, "s", wanted, how)


def _beside_creates(folder: Path, effort: Effort) -> Iterator[Figure]:
    """Creates with and without a sealer, in turn, and how old the newest checkpoint is meanwhile."""
    with ExitStack() as running:
        sites = [Site(folder / f"seal-{seal}", settings={"REPORTRUN_SEAL": seal}).with_demo() for seal in "01"]
        keys = [site.new_key() for site in sites]
        servers = [running.enter_context(site.serving()) for site in sites]
        ages = running.enter_context(closing(Ages(sites[1].data)))
        rates: list[list[float]] = [[], []]
        for number in range(effort.rounds):
            for turn in (0, 1) if number % 2 == 0 else (1, 0):
                ages.is_watched = turn == 1
                url = f"{servers[turn].address}{RUNS}"
                rates[turn].append(ask(url, effort.seconds, keys[turn], body=body_of(), keyed=True).a_second)
        ages.is_watched = False
    without, beside = rates
    yield ratio("POST a run, sealed", beside, without, "0.95 or more", "of the requests/s with REPORTRUN_SEAL=0")
    how = f"the oldest of a checkpoint, under {median(beside):,.0f} creates a second"
    yield Figure("checkpoint age", ages.oldest, "s", "2 s or less", how)


class Ages:
    """Looks at the state of sealing again and again. oldest: seconds since the log last was sealed, at most."""

    def __init__(self, data: Path) -> None:
        self.oldest = 0.0
        self.is_watched = False
        self._installation = Installation(Settings(data=data))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._installation.close()

    def _watch(self) -> None:
        states = self._installation.stores.store.seal_states
        since = time.time()
        while not self._stopping.wait(LOOK_SECONDS):
            if self.is_watched:
                self._note(states.get(), since)
            else:
                since = time.time()

    def _note(self, state: SealState | None, since: float) -> None:
        """A pause before counts as no age."""
        sealed_at = max(state.sealed_at if state else 0.0, since)
        self.oldest = max(self.oldest, time.time() - sealed_at)
