"""The loads of a server's visitors: each in a child process, since a server imports no engine and no ledger writer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from domain.access.caller import Scope
from domain.errors import LedgerBusy, NotFound
from domain.ids import random_id
from interfaces.console.uploads.load_messages import GREETING, LoadProgress, LoadRefusal, LoadReport, StagedLoad
from interfaces.host.scratch_folder import ScratchFolder
from interfaces.processes.channel import ChannelClosed
from interfaces.processes.child import ChildProgram
from interfaces.processes.task_processes import TaskProcesses
from interfaces.settings import Settings

START_SECONDS = 60.0
"""How long the process may take to start."""

STOP_SECONDS = 5.0

MOST_KEPT = 50
"""Loads that a server remembers, those in progress included."""

log = logging.getLogger("reportrun.load")

ENDED = LoadRefusal("The process of the load ended before it said what came of it.", is_certain=False)


@dataclass(slots=True)
class LoadJob:
    """A load in progress, or what came of it. outcome: None as long as it is in progress"""

    scope: Scope
    files: list[str]
    id: str = field(default_factory=lambda: random_id("load"))
    started_at: int = field(default_factory=lambda: int(datetime.now(UTC).timestamp()))
    progress: LoadProgress = LoadProgress("Starting", 0.0)
    outcome: LoadReport | LoadRefusal | None = None


class LoadJobs:
    """Starts loads and remembers them, until the server stops: that ends them."""

    def __init__(self, settings: Settings) -> None:
        """settings  of the child processes"""
        program = ChildProgram("load", "interfaces.entrypoints.ledger_load", settings=settings, greeting=GREETING)
        self._processes = TaskProcesses(program, LoadProgress)
        self._jobs: dict[str, LoadJob] = {}
        self._receiving: set[bool] = set()
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()

    @contextmanager
    def receiving(self, livemode: bool) -> Iterator[None]:
        """Reserve that ledger for one upload at a time. Raises `LedgerBusy` while files are received or loaded here."""
        with self._lock:
            if livemode in self._receiving:
                raise LedgerBusy
            self._must_be_free(livemode)
            self._receiving.add(livemode)
        try:
            yield
        finally:
            self._receiving.discard(livemode)

    def start(self, order: StagedLoad, staging: ScratchFolder) -> LoadJob:
        """Load in the background. staging: holds the files, and is removed afterwards. Raises `LedgerBusy`."""
        with self._lock:
            self._must_be_free(order.livemode)
            names = sorted(path.name for path in order.folder.iterdir())
            job = LoadJob(Scope(order.account, order.livemode), names)
            self._jobs[job.id] = job
            while len(self._jobs) > MOST_KEPT:
                del self._jobs[next(iter(self._jobs))]
        thread = threading.Thread(target=self._run, args=(job, order, staging), name=job.id, daemon=True)
        self._threads.add(thread)
        thread.start()
        return job

    def get(self, scope: Scope, id: str) -> LoadJob:
        """Raises `NotFound` for one that this server does not remember, or of another account or mode."""
        job = self._jobs.get(id)
        if job is None or job.scope != scope:
            raise NotFound("load", id)
        return job

    def newest_of(self, scope: Scope) -> LoadJob | None:
        return next((job for job in reversed(self._jobs.values()) if job.scope == scope), None)

    def stop(self) -> None:
        """End the loads in progress, and remove what was uploaded."""
        self._processes.stop()
        for thread in list(self._threads):
            thread.join(STOP_SECONDS)

    def _must_be_free(self, livemode: bool) -> None:
        if any(job.outcome is None and job.scope.livemode == livemode for job in self._jobs.values()):
            raise LedgerBusy

    def _run(self, job: LoadJob, order: StagedLoad, staging: ScratchFolder) -> None:
        outcome: LoadReport | LoadRefusal = ENDED
        try:
            outcome = self._outcome(job, order)
        except (ChannelClosed, TimeoutError, OSError) as trouble:
            log.warning("A load of uploaded files ended early: %s", trouble)
        finally:
            staging.remove()
            job.outcome = outcome
            self._threads.discard(threading.current_thread())

    def _outcome(self, job: LoadJob, order: StagedLoad) -> LoadReport | LoadRefusal:
        """Raises `ChannelClosed` when the process ends early, `TimeoutError`, or `OSError` when it cannot start."""

        def progressed(message: LoadProgress) -> None:
            job.progress = message

        outcome: LoadReport | LoadRefusal = self._processes.outcome_of(order, progressed, START_SECONDS)
        return outcome
