"""Work loops on an engine that waits for its test, and runs for them."""

from __future__ import annotations

import threading
from pathlib import Path

from application.ports.claims import Claims
from application.ports.engine import ReportOrder, WrittenReport
from application.runs.execution import Execution, Limits
from application.runs.work_loop import WorkLoop
from domain.report_types import ReportType, catalogue
from interfaces.composition.stores import Stores
from interfaces.results.local import LocalResultStore
from tests.support.clock import StillClock
from tests.support.runs import pending_run, start


class WaitingEngine:
    """Writes one row; waits for `may_end` first."""

    name = "engine 1"

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()
        self.trouble: Exception | None = None

    def can_run(self, report_type: ReportType) -> bool:
        return True

    def write_csv(self, order: ReportOrder, target: Path, **_: object) -> WrittenReport:
        self.begun.set()
        assert self.may_end.wait(20)
        if self.trouble:
            raise self.trouble
        target.write_text('"a"\n"1"\n')
        return WrittenReport(1, self.name)


def loop_on(
    stores: Stores, folder: Path, engine: WaitingEngine, claims: Claims | None = None, *, lease_seconds: float = 30.0
) -> WorkLoop:
    """The loop of one worker. claims: its view of the queue, where it is not that of the stores"""
    execution = Execution(
        events=stores.events,
        catalogue=catalogue(),
        engine=engine,
        results=LocalResultStore(folder / "files"),
        clock=StillClock(),
        worker="worker:a:1",
        limits=Limits(retry_delay_seconds=60),
        connected_to=lambda platform: (),
    )
    return WorkLoop(
        worker="worker:a:1",
        claims=claims or stores.claims,
        execution=execution,
        catch_up=stores.projector.catch_up,
        notifier=stores.store.notifier,
        lease_seconds=lease_seconds,
    )


def saved(stores: Stores, attempts: int = 0) -> str:
    """The id of a new pending run, of which some attempts were begun and not ended."""
    run = pending_run()
    for _ in range(attempts):
        start(run)
    stores.events.save(run)
    return run.id
