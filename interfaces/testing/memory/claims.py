"""Claims in memory, on a queue that is filled from a log."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from application.log.event_store import EventStore
from application.ports.claims import HORIZON_LEASES
from application.ports.clock import Clock
from application.projecting.projection import Projection
from application.projecting.projector import Projector
from application.queue.queue_feed import PendingRun
from application.queue.queue_projection import QueueProjection
from application.views.views import UnitOfWork

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on a run of an account, since when, and until when unless renewed; a run that waits has no worker."""

    account: str
    worker: str
    since: float
    until: float


class MemoryClaims:
    def __init__(self, events: EventStore, clock: Clock, *, runs_of_one_account: int = 0) -> None:
        """runs_of_one_account  how many runs of an account may be in work at once; 0 for no limit"""
        self._clock = clock
        self._account_limit = runs_of_one_account or float("inf")
        self._pending: dict[str, PendingRun] = {}
        self._claims: dict[str, Claim] = {}
        self._position = 0
        self._one_at_a_time = threading.RLock()
        self._projector = Projector(events, self, (QueueProjection,))

    def acquire(self, worker: str, lease_seconds: float) -> str | None:
        with self._one_at_a_time:
            self._projector.catch_up()
            now = self._now()
            self._end_overdue(now, now + HORIZON_LEASES * lease_seconds)
            working = Counter(one.account for one in self._claims.values() if one.worker)
            free = [
                run
                for run in self._pending.values()
                if run.run_id not in self._claims and working[run.account] < self._account_limit
            ]
            run = min(free, key=lambda run: (working[run.account], run.position), default=None)
            if run is None:
                return None
            self._claims[run.run_id] = Claim(run.account, worker, now, now + lease_seconds)
            return run.run_id

    def lease(self, run_id: str, account: str, worker: str, lease_seconds: float) -> None:
        with self._one_at_a_time:
            self._projector.catch_up()
            now = self._now()
            self._claims.setdefault(run_id, Claim(account, worker, now, now + lease_seconds))

    def renew(self, run_id: str, worker: str, lease_seconds: float) -> bool:
        with self._one_at_a_time:
            mine, now = self._held_by(worker, run_id), self._now()
            if mine:
                self._claims[run_id] = replace(mine, since=now, until=now + lease_seconds)
            return mine is not None

    def release(self, run_id: str, worker: str) -> None:
        with self._one_at_a_time:
            if self._held_by(worker, run_id):
                del self._claims[run_id]

    def finish(self, run_id: str, worker: str) -> None:
        with self._one_at_a_time:
            if self._held_by(worker, run_id):
                self.remove(run_id)

    def postpone(self, run_id: str, worker: str, seconds: float) -> None:
        with self._one_at_a_time:
            mine, now = self._held_by(worker, run_id), self._now()
            if mine:
                self._claims[run_id] = replace(mine, worker="", since=now, until=now + seconds)

    # what fills the queue

    def add(self, run_id: str, account: str, position: int) -> None:
        self._pending[run_id] = PendingRun(run_id, account, position)

    def delay(self, run_id: str, since: float, until: float) -> None:
        if run_id in self._pending:
            self._claims.setdefault(run_id, Claim(self._pending[run_id].account, "", since, until))

    def remove(self, run_id: str) -> None:
        self._pending.pop(run_id, None)
        self._claims.pop(run_id, None)

    def writer(self, projection: type[Projection[Made]]) -> Made:
        return cast("Made", self)

    def position(self) -> int:
        return self._position

    def positions(self) -> dict[str, int]:
        return {QueueProjection.name: self._position}

    def advance(self, positions: Mapping[str, int]) -> None:
        self._position = positions[QueueProjection.name]

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        yield self

    def _end_overdue(self, now: float, horizon: float) -> None:
        self._claims = {id: one for id, one in self._claims.items() if one.until > now and one.since <= horizon}

    def _held_by(self, worker: str, run_id: str) -> Claim | None:
        claim = self._claims.get(run_id)
        return claim if claim and claim.worker == worker else None

    def _now(self) -> float:
        return self._clock.now().timestamp()
