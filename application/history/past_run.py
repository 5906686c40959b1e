"""A run as it was: its events up to a moment, projected as the list of runs projects them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from application.history.moments import Moment
from application.log.damage import DamagedEvent, RecordDamaged
from application.views.runs import RunListProjection, RunRow
from domain.aggregate import TextIdEvent
from domain.runs.report_run import ReportRun, Status


class PastRun(NamedTuple):
    """
    row             as the list of runs had it; `position` and `has_links` are not known, and 0
    version         of the last event that counts
    recorded_at     of that event, Unix seconds
    ledger_version  that the last attempt read; None before the first attempt
    sha256          of the result's bytes, hex; None without a result
    file_removed    whether the result's bytes were removed
    """

    row: RunRow
    version: int
    recorded_at: int
    ledger_version: int | None = None
    sha256: str | None = None
    file_removed: bool = False


def past_run(events: Sequence[TextIdEvent], moment: Moment) -> PastRun | None:
    """The run that events lead to at a moment; None when it was not there yet, or they are those of something else.

    events  of one aggregate, oldest first

    Raises `RecordDamaged` when the first event is damaged.
    """
    counted = [event for event in events if moment.includes(event)]
    if not counted:
        return None
    first, last = counted[0], counted[-1]
    if isinstance(first, DamagedEvent):
        raise RecordDamaged(first.originator_id, first.reason)
    if not isinstance(first, ReportRun.Created):
        return None
    one_row = _OneRow()
    projection = RunListProjection(one_row)
    for event in counted:
        projection.apply(event, position=0)
    return PastRun(
        one_row.row,
        last.originator_version,
        int(last.timestamp.timestamp()),
        _last_value(counted, "ledger_version"),
        _last_value(counted, "sha256"),
        any(isinstance(event, ReportRun.FileRemoved) for event in counted),
    )


def _last_value(events: Sequence[TextIdEvent], name: str) -> Any:
    kinds = (ReportRun.AttemptStarted, ReportRun.Succeeded)
    return next((getattr(event, name, None) for event in reversed(events) if isinstance(event, kinds)), None)


class _OneRow:
    """Holds the row of one run, as the projection writes it."""

    row: RunRow

    def add(self, row: RunRow) -> None:
        self.row = row

    def start_attempt(self, id: str, attempt: int) -> None:
        self._change(attempts=attempt)

    def succeed(self, id: str, *, at: int, position: int, file_id: str, file_size: int) -> None:
        self._change(
            status=Status.SUCCEEDED.value, error=None, succeeded_at=at, finished_at=at, file_id=file_id,
            file_size=file_size,
        )  # fmt: skip

    def fail(self, id: str, error: str, *, at: int, position: int) -> None:
        self._change(status=Status.FAILED.value, error=error, finished_at=at)

    def mark_linked(self, id: str) -> None:
        self._change(has_links=1)

    def erase_parameters(self, id: str, parameters: str) -> None:
        self._change(parameters=parameters)

    def erase_error(self, id: str, error: str) -> None:
        self._change(error=error)

    def erase_asker(self, id: str, asked_by: str) -> None:
        self._change(asked_by=asked_by)

    def set_aside(self, id: str, error: str) -> None:
        if self.row.status == Status.PENDING.value:
            self._change(status=Status.FAILED.value, error=error)

    def _change(self, **values: Any) -> None:
        self.row = self.row._replace(**values)
