"""The list of result files."""

from __future__ import annotations

from functools import singledispatchmethod

from application.projections.projection import Projection, seconds
from application.views import FileRow
from domain.aggregate import TextIdEvent
from domain.report_run import ReportRun


class FileListProjection(Projection):
    name = "files"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Events that make no file change nothing here."""

    @apply.register
    def _(self, event: ReportRun.FileRemoved, position: int) -> None:
        self.views.files.mark_removed(event.file_id, seconds(event))

    @apply.register
    def _(self, event: ReportRun.Succeeded, position: int) -> None:
        self.views.files.add(
            FileRow(
                position=position,
                id=event.file_id,
                run_id=event.originator_id,
                account=event.account,
                livemode=event.livemode,
                created=seconds(event),
                filename=event.filename,
                size=event.size,
                sha256=event.sha256,
            )
        )
