"""The list of runs."""

from __future__ import annotations

from functools import singledispatchmethod

from application.projections.projection import Projection, seconds
from application.views import RunRow, parameters_text
from domain.aggregate import TextIdEvent
from domain.report_run import ReportRun


class RunListProjection(Projection):
    name = "runs"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Events of other aggregates change nothing here."""

    @apply.register
    def _(self, event: ReportRun.Created, position: int) -> None:
        self.views.runs.add(
            RunRow(
                position=position,
                id=event.originator_id,
                account=event.account,
                livemode=event.livemode,
                report_type=event.report_type,
                parameters=parameters_text(event.parameters),
                created=seconds(event),
            )
        )

    @apply.register
    def _(self, event: ReportRun.AttemptStarted, position: int) -> None:
        self.views.runs.start_attempt(event.originator_id, event.attempt)

    @apply.register
    def _(self, event: ReportRun.Succeeded, position: int) -> None:
        self.views.runs.succeed(event.originator_id, at=seconds(event), file_id=event.file_id, file_size=event.size)

    @apply.register
    def _(self, event: ReportRun.Failed, position: int) -> None:
        self.views.runs.fail(event.originator_id, event.error)
