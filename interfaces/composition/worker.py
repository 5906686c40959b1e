"""Builds what one worker process does."""

from __future__ import annotations

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
