"""The work loop of one worker process: claim a run, keep the claim while working, let it go."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from application.ports.claims import Claims
from application.ports.event_log import LogNotifier
from application.runs.execution import Execution
from application.runs.heartbeat import kept_claim
from domain.errors import StoreUnavailable

log = logging.getLogger("reportrun.worker")

IDLE_SECONDS = 1.0
"""How often a worker looks for work when nothing wakes it, such as a claim of a worker that died."""

TROUBLE_SECONDS = 1.0


class WorkLoop:
    """Works until it is stopped, one run at a time."""

    def __init__(
        self,
        *,
        worker: str,
        claims: Claims,
        execution: Execution,
        catch_up: Callable[[], object],
        notifier: LogNotifier,
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

    def work(self) -> None:
        """Carry out runs until `stop` is called."""
        while not self._stopping.is_set():
            try:
                if not self.work_once():
                    self._notifier.wait(IDLE_SECONDS)
            except StoreUnavailable as trouble:  # a claim runs out, and its run is taken up again
                log.warning("%s: %s", self._worker, trouble)
                self._stopping.wait(TROUBLE_SECONDS)
            except Exception:
                log.exception("%s met trouble; going on in a moment", self._worker)
                self._stopping.wait(TROUBLE_SECONDS)

    def work_once(self) -> bool:
        """Carry out one attempt at one run; False when there was none to take."""
        self._catch_up()
        run_id = self._claims.acquire(self._worker, self._lease_seconds)
        if run_id is None:
            return False
        self._working_on = run_id
        with kept_claim(self._claims, run_id, self._worker, self._lease_seconds):
            outcome = self._execution.execute(run_id)
        self._catch_up()
        self._working_on = None
        if outcome.again_after is None:
            self._claims.release(run_id, self._worker)
        else:  # a longer wait than a lease would look like a claim from a clock that ran ahead
            self._claims.postpone(run_id, self._worker, min(outcome.again_after, self._lease_seconds))
        return True

    def stop(self) -> None:
        """Take no more work; what is under way goes on."""
        self._stopping.set()
        self._notifier.wake()

    def hand_back(self) -> None:
        """Let another worker have what is under way, at once."""
        if self._working_on is None:
            return
        try:
            self._execution.hand_back(self._working_on)
        except Exception:  # then the attempt counts
            log.warning("%s: the attempt that is broken off could not be recorded", self._working_on, exc_info=True)
        self._claims.release(self._working_on, self._worker)
