"""Builds what one worker process does."""

from __future__ import annotations

import os
import socket

from application.ports.workers import WorkerProcess
from application.queue.presence import Presence
from application.runs.work_loop import WorkLoop
from interfaces.composition.installation import Installation
from interfaces.composition.reports import execution
from interfaces.host.actors import this_process


def work_loop(installation: Installation) -> WorkLoop:
    stores, settings = installation.stores, installation.settings
    worker = this_process("worker")
    return WorkLoop(
        worker=worker,
        claims=stores.claims,
        execution=execution(installation, worker, settings.attempts),
        catch_up=stores.projector.catch_up,
        notifier=stores.store.notifier,
        lease_seconds=settings.lease_seconds,
    )


def presence(installation: Installation) -> Presence:
    """What tells others that this worker process is alive."""
    process = WorkerProcess(
        this_process("worker"), socket.gethostname(), os.getpid(), installation.clock.now().timestamp()
    )
    return Presence(installation.stores.workers, process)
