"""An engine that does to each order what a test says, and a worker that uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from application.ports.engine import ReportOrder, ReportPieces, WrittenReport
from application.runs.execution import Execution, Limits
from domain.report_types import Catalogue, ReportType, catalogue
from interfaces.results.local import LocalResultStore
from interfaces.testing.memory.store import MemoryStore
from tests.support.clock import StillClock


class ScriptedEngine:
    """Does to each order what the test says."""

    name = "scripted 1"

    def __init__(self, act: Callable[[ReportOrder, Path], int]) -> None:
        self.act = act
        self.orders: list[ReportOrder] = []
        self.pieces: ReportPieces | None = None

    def can_run(self, report_type: ReportType) -> bool:
        return True

    def write_csv(
        self, order: ReportOrder, target: Path, *, time_limit_seconds: float, progress: Callable[[float], None]
    ) -> WrittenReport:
        self.orders.append(order)
        return WrittenReport(self.act(order, target), self.name, self.pieces)


def two_rows(order: ReportOrder, target: Path) -> int:
    target.write_text('"category"\n"a"\n"b"\n')
    return 2


def worker(
    stores: MemoryStore,
    folder: Path,
    engine: ScriptedEngine,
    name: str = "worker:a:1",
    clock: StillClock | None = None,
    report_types: Catalogue | None = None,
) -> Execution:
    return Execution(
        events=stores.events,
        catalogue=report_types or catalogue(),
        engine=engine,
        results=LocalResultStore(folder / "files"),
        clock=clock or StillClock(),
        worker=name,
        limits=Limits(attempt_seconds=5, attempts=3, retry_delay_seconds=7),
        connected_to=lambda platform: (),
    )
