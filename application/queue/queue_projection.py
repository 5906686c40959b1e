"""The projection that fills the queue of pending runs."""

from __future__ import annotations

from functools import singledispatchmethod
from typing import Protocol

from application.log.damage import DamagedEvent
from application.projecting.projection import Projection
from domain.aggregate import TextIdEvent
from domain.runs.report_run import ReportRun


class QueueWriter(Protocol):
    """Writes which runs are pending."""

    def add(self, run_id: str, account: str, position: int) -> None: ...

    def delay(self, run_id: str, since: float, until: float) -> None:
        """Keep a run from being taken before a time; Unix seconds."""

    def remove(self, run_id: str) -> None: ...


class QueueProjection(Projection[QueueWriter]):
    name = "queue"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Other events change nothing."""

    @apply.register
    def _(self, event: ReportRun.Created, position: int) -> None:
        self.view.add(event.originator_id, event.account, position)

    @apply.register
    def _(self, event: ReportRun.OutcomePlanned, position: int) -> None:
        planned = event.timestamp.timestamp()
        self.view.delay(event.originator_id, planned, planned + event.delay_seconds)

    @apply.register
    def _(self, event: ReportRun.Succeeded, position: int) -> None:
        self.view.remove(event.originator_id)

    @apply.register
    def _(self, event: ReportRun.Failed, position: int) -> None:
        self.view.remove(event.originator_id)

    @apply.register
    def _(self, event: DamagedEvent, position: int) -> None:
        self.view.remove(event.originator_id)
