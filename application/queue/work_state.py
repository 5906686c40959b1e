"""The state of the work: how many runs are pending, since when, and which workers are alive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from application.health.findings import Finding, good, look
from application.ports.clock import Clock
from application.ports.workers import SeenWorker
from application.views.runs import Backlog, RunList
from domain.instants import in_words

MOST_COUNTED = 10_000
"""Pending runs are counted up to this many, so that the count takes as long with a million."""

MOST_NAMED = 10
"""Workers that a finding names."""

START_ONE = "`reportrun worker` starts one"


class WorkState(NamedTuple):
    """
    oldest_seconds  how long the oldest pending run has waited; None when none is pending
    alive           the workers that are alive
    """

    pending: int
    oldest_seconds: int | None
    alive: Sequence[SeenWorker]

    @property
    def fault(self) -> str | None:
        """Why pending runs are not worked on; None when they are, or when there are none."""
        if not self.pending or self.alive:
            return None
        return f"{self.waiting} No worker is alive: {START_ONE}."

    @property
    def waiting(self) -> str:
        """The sentence about pending runs."""
        if not self.pending:
            return "No run is pending."
        runs = "1 run is" if self.pending == 1 else f"{self.counted} runs are"
        return f"{runs} pending, the oldest for {in_words(self.oldest_seconds or 0)}."

    @property
    def counted(self) -> str:
        return f"{self.pending:,}" if self.pending < MOST_COUNTED else f"{MOST_COUNTED:,} or more"

    def finding(self) -> Finding:
        if self.fault:
            return look(self.fault)
        if not self.alive:
            return good(f"{self.waiting} No worker is alive.")
        names = ", ".join(one.process.name for one in self.alive[:MOST_NAMED])
        more = f" and {len(self.alive) - MOST_NAMED} more" if len(self.alive) > MOST_NAMED else ""
        verb = "worker is" if len(self.alive) == 1 else "workers are"
        return good(f"{self.waiting} {len(self.alive)} {verb} alive: {names}{more}.")


@dataclass(frozen=True, slots=True)
class WorkSurvey:
    """Reads the state of the work, in a time that does not grow with what is pending.

    seen  gives the workers and their last heartbeats; blocks for milliseconds
    """

    runs: RunList
    seen: Callable[[], Sequence[SeenWorker]]
    clock: Clock

    async def state(self) -> WorkState:
        """Raises `StoreUnavailable`."""
        backlog = await self.runs.backlog(MOST_COUNTED)
        seen = await asyncio.to_thread(self.seen)
        now = self.clock.now().timestamp()
        return WorkState(backlog.pending, _age(backlog, now), [one for one in seen if one.is_alive(now)])


def _age(backlog: Backlog, now: float) -> int | None:
    return None if backlog.oldest is None else max(0, int(now) - backlog.oldest)
