"""Claims on the tables of the queue: a run is found and leased in one transaction, which reads a handful of rows."""

from __future__ import annotations

from collections.abc import Callable

from application.ports.claims import HORIZON_LEASES
from application.ports.clock import Clock
from interfaces.storage.sql.database import QueueWriter, Row
from interfaces.storage.sql.queue.queue_rows import QueueRows, Term
from interfaces.storage.sql.statements import statements

NO_LIMIT = 2**31 - 1

MAX_ENDED = 20
"""Runs under ended leases that one call gives back: more than it takes, so none is left behind."""

TAKES_A_COMPACTION = 50
"""Takes of one worker between two looks at the size of the tables."""


class SqlClaims:
    def __init__(
        self, writer: QueueWriter, catch_up: Callable[[], object], clock: Clock, *, runs_of_one_account: int = 0
    ) -> None:
        """catch_up             brings the queue up to date with the log
        runs_of_one_account  how many runs of an account may be executed at once; 0 for no limit
        """
        self._writer = writer
        self._catch_up = catch_up
        self._clock = clock
        self._account_limit = runs_of_one_account or NO_LIMIT
        self._rows = QueueRows(writer)
        self._ended = statements("queue/queue.sql")["ended"]
        self._takes = 0

    def acquire(self, worker: str, lease_seconds: float) -> str | None:
        self._catch_up()
        now = self._now()
        self._end_overdue(now, now + HORIZON_LEASES * lease_seconds)
        self._compact()
        with self._writer.transaction():
            while found := self._rows.next_account(self._account_limit):
                account, position = found
                run_id = self._rows.take(account, position, into_work=True)
                if run_id is None:
                    continue
                if self._rows.hold(run_id, account, position, Term(worker, now, now + lease_seconds)):
                    return run_id
                self._rows.count_in_work(account, -1)  # it was offered once more while it was under lease
        return None

    def lease(self, run_id: str, account: str, worker: str, lease_seconds: float) -> None:
        self._catch_up()
        now = self._now()
        with self._writer.transaction():
            self._rows.lock([account])
            if self._rows.find("find lease", run_id) is not None:
                return
            stored = self._rows.find("find run", run_id)
            position = stored["position"] if stored else None
            if position is None:
                self._rows.count_in_work(account, 1)
            else:
                self._rows.take(account, position, into_work=True)
            self._rows.hold(run_id, account, position, Term(worker, now, now + lease_seconds))

    def renew(self, run_id: str, worker: str, lease_seconds: float) -> bool:
        now = self._now()
        with self._writer.transaction():
            values = {"held_since": now, "held_until": now + lease_seconds}
            return self._rows.change("renew", {"run_id": run_id, "worker": worker, **values}) is not None

    def release(self, run_id: str, worker: str) -> None:
        self._catch_up()  # of a run that has finished, nothing is left to release
        with self._writer.transaction():
            lease = self._locked(run_id)
            released = self._rows.change("release", {"run_id": run_id, "worker": worker})
            if lease and released:
                self._rows.give_back(run_id, lease["account"], released["position"], out_of_work=True)

    def finish(self, run_id: str, worker: str) -> None:
        self._catch_up()  # which leaves nothing of the run, unless it was moved meanwhile, or its end was passed over
        with self._writer.transaction():
            lease = self._locked(run_id)
            if lease and self._rows.change("release", {"run_id": run_id, "worker": worker}):
                self._rows.count_in_work(lease["account"], -1)

    def postpone(self, run_id: str, worker: str, seconds: float) -> None:
        now = self._now()
        with self._writer.transaction():
            lease = self._locked(run_id)
            values = {"held_since": now, "held_until": now + seconds}
            postponed = self._rows.change("postpone", {"run_id": run_id, "worker": worker, **values})
            if lease and postponed:
                self._rows.count_in_work(lease["account"], -1)

    def _end_overdue(self, now: float, horizon: float) -> None:
        """Let runs be taken again whose lease has ended, or whose time has come."""
        times = {"now": now, "horizon": horizon}
        overdue = self._writer.every(self._ended, {**times, "limit": MAX_ENDED})
        if not overdue:
            return
        with self._writer.transaction():
            self._rows.lock({row["account"] for row in overdue})
            for row in overdue:
                ended = self._rows.change("end", {"run_id": row["run_id"], **times})
                if ended:
                    out_of_work = bool(ended["worker"])
                    self._rows.give_back(row["run_id"], row["account"], ended["position"], out_of_work=out_of_work)

    def _locked(self, run_id: str) -> Row | None:
        """The lease of a run, its account's row locked."""
        lease = self._rows.find("find lease", run_id)
        if lease is not None:
            self._rows.lock([lease["account"]])
        return lease

    def _compact(self) -> None:
        if self._takes % TAKES_A_COMPACTION == 0:
            self._writer.compact()
        self._takes += 1

    def _now(self) -> float:
        return self._clock.now().timestamp()
