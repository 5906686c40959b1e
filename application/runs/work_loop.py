"""The work loop of one worker process: acquire the lease of a run, renew it while working, release it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from application.ports.claims import Claims
from application.ports.event_log import SharedNotifier
from application.runs.execution import Execution
from application.runs.heartbeat import kept_claim
from application.runs.run_log import about
from domain.errors import StoreUnavailable

log = logging.getLogger("reportrun.worker")

IDLE_SECONDS = 1.0
"""Polling interval without a notification: the lease of a crashed worker ends without one."""

STANDBY_SECONDS = 10.0
"""How often an idle worker that does not watch looks all the same: the one that watches may be frozen."""

TROUBLE_SECONDS = 1.0


class WorkLoop:
    """Works until it is stopped, one run at a time.

    is_leader  whether it is the idle worker that waits for events of the log
    """

    def __init__(
        self,
        *,
        worker: str,
        claims: Claims,
        execution: Execution,
        catch_up: Callable[[], object],
        notifier: SharedNotifier,
        lease_seconds: float,
    ) -> None:
        self._worker = worker
        self._claims = claims
        self._execution = execution
        self._catch_up = catch_up
        self._notifier = notifier
        self._lease_seconds = lease_seconds
        self._stopping = threading.Event()
        self._working_on: str | None = None
        self.is_leader = False

    def work(self) -> None:
        """Carry out runs until `stop` is called."""
        while not self._stopping.is_set():
            try:
                if not self.work_once():
                    self._stand_by()
            except StoreUnavailable as trouble:  # the lease expires, and another worker acquires the run
                log.warning("%s: %s", self._worker, trouble)
                self._stopping.wait(TROUBLE_SECONDS)
            except Exception:
                log.exception("%s met trouble; going on in a moment", self._worker)
                self._stopping.wait(TROUBLE_SECONDS)
        self._release_leader_lock()

    def work_once(self) -> bool:
        """Carry out one attempt at one run; False when no run is pending."""
        run_id = self._claims.acquire(self._worker, self._lease_seconds)
        if run_id is None:
            return False
        self._release_leader_lock()
        self._working_on = run_id
        try:
            with kept_claim(self._claims, run_id, self._worker, self._lease_seconds):
                outcome = self._execution.execute(run_id)
            self._catch_up()
        finally:
            self._working_on = None
        if outcome.again_after is None:
            self._claims.finish(run_id, self._worker)
        else:
            self._claims.postpone(run_id, self._worker, outcome.again_after)
        return True

    def _stand_by(self) -> None:
        """Wait for the log to grow, or to become the leader: then there may be another run at once."""
        if self.is_leader:
            self._notifier.wait(IDLE_SECONDS)
        else:
            self.is_leader = self._notifier.acquire_leader_lock(STANDBY_SECONDS)

    def _release_leader_lock(self) -> None:
        if self.is_leader:
            self.is_leader = False
            self._notifier.release_leader_lock()

    def stop(self) -> None:
        """Acquire no more runs; the current attempt goes on."""
        self._stopping.set()
        self._notifier.wake()

    def hand_back(self) -> None:
        """Release the current run at once, so that another worker can acquire it."""
        run_id = self._working_on
        if run_id is None:
            return
        try:
            self._execution.hand_back(run_id)
        except Exception:  # then the attempt counts
            log.warning("The attempt that is broken off could not be recorded.", exc_info=True, extra=about(run_id))
        self._claims.release(run_id, self._worker)
