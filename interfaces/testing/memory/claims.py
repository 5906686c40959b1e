"""Claims in memory, on the pending runs of views in memory."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, replace

from application.ports.claims import HORIZON_LEASES
from application.ports.clock import Clock
from application.views.runs import RunRow
from domain.runs.report_run import Status
from interfaces.testing.memory.views.views import MemoryViews


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on a run of an account, and until when unless renewed; a run that was postponed has no worker."""

    account: str
    worker: str
    expires_at: float


class MemoryClaims:
    def __init__(self, views: MemoryViews, clock: Clock, *, runs_of_one_account: int = 0) -> None:
        """runs_of_one_account  how many runs of an account may be in work at once; 0 for no limit"""
        self._views = views
        self._clock = clock
        self._account_limit = runs_of_one_account or float("inf")
        self._claims: dict[str, Claim] = {}
        self._one_at_a_time = threading.Lock()

    def acquire(self, worker: str, lease_seconds: float) -> str | None:
        with self._one_at_a_time:
            now = self._now()
            working = Counter(one.account for one in self._claims.values() if one.worker and one.expires_at > now)

            def can_be_taken(run: RunRow) -> bool:
                claim = self._claims.get(run.id)
                held = claim and now < claim.expires_at <= now + HORIZON_LEASES * lease_seconds
                return run.status == Status.PENDING and not held and working[run.account] < self._account_limit

            pending = filter(can_be_taken, self._views.runs.shown.values())
            run = min(pending, key=lambda run: (working[run.account], run.position), default=None)
            if run is None:
                return None
            self._claims[run.id] = Claim(run.account, worker, now + lease_seconds)
            return run.id

    def lease(self, run_id: str, account: str, worker: str, lease_seconds: float) -> None:
        with self._one_at_a_time:
            self._claims.setdefault(run_id, Claim(account, worker, self._now() + lease_seconds))

    def renew(self, run_id: str, worker: str, lease_seconds: float) -> bool:
        with self._one_at_a_time:
            mine = self._held_by(worker, run_id)
            if mine:
                self._claims[run_id] = replace(mine, expires_at=self._now() + lease_seconds)
            return mine is not None

    def release(self, run_id: str, worker: str) -> None:
        with self._one_at_a_time:
            if self._held_by(worker, run_id):
                del self._claims[run_id]

    def postpone(self, run_id: str, worker: str, seconds: float) -> None:
        with self._one_at_a_time:
            mine = self._held_by(worker, run_id)
            if mine:
                self._claims[run_id] = replace(mine, worker="", expires_at=self._now() + seconds)

    def _held_by(self, worker: str, run_id: str) -> Claim | None:
        claim = self._claims.get(run_id)
        return claim if claim and claim.worker == worker else None

    def _now(self) -> float:
        return self._clock.now().timestamp()
