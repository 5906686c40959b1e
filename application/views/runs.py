"""The list of runs: its row, its read and write protocols, and its projection."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatchmethod
from typing import Any, NamedTuple, Protocol

import orjson

from application.log.damage import DamagedEvent
from application.projecting.projection import Projection, seconds
from application.views.paging import PagedList, Place
from domain.aggregate import TextIdEvent
from domain.runs.report_run import ReportRun, Status


class RunRow(NamedTuple):
    """One run. A tuple, because a page makes many.

    position     of its first event in the log
    parameters   as `parameters_text` gives them
    livemode     True or 1, False or 0
    created, succeeded_at   Unix seconds
    file_size    bytes
    """

    position: int
    id: str
    account: str
    livemode: bool
    report_type: str
    parameters: str
    created: int
    status: str = Status.PENDING.value
    attempts: int = 0
    error: str | None = None
    succeeded_at: int | None = None
    file_id: str | None = None
    file_size: int | None = None

    @property
    def place(self) -> Place:
        return Place(self.created, self.position)


def parameters_text(parameters: Mapping[str, Any]) -> str:
    """A run's parameters as JSON, in alphabetical order."""
    return orjson.dumps(parameters, option=orjson.OPT_SORT_KEYS).decode()


DAMAGED = "The record of this report run is damaged. Ask for the report again."
"""The `error` of a run with a damaged event, unless its outcome is intact."""


class RunList(PagedList[RunRow], Protocol):
    """Reads runs and their status."""


class RunListWriter(Protocol):
    """Writes runs and the changes of their status."""

    def add(self, row: RunRow) -> None: ...

    def start_attempt(self, id: str, attempt: int) -> None: ...

    def succeed(self, id: str, *, at: int, file_id: str, file_size: int) -> None: ...

    def fail(self, id: str, error: str) -> None: ...

    def set_aside(self, id: str, error: str) -> None:
        """Show a pending run as failed, so that no worker acquires it. An outcome of its own replaces that."""


class RunListProjection(Projection[RunListWriter]):
    name = "runs"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Other events change nothing."""

    @apply.register
    def _(self, event: ReportRun.Created, position: int) -> None:
        self.view.add(
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
        self.view.start_attempt(event.originator_id, event.attempt)

    @apply.register
    def _(self, event: ReportRun.Succeeded, position: int) -> None:
        self.view.succeed(event.originator_id, at=seconds(event), file_id=event.file_id, file_size=event.size)

    @apply.register
    def _(self, event: ReportRun.Failed, position: int) -> None:
        self.view.fail(event.originator_id, event.error)

    @apply.register
    def _(self, event: DamagedEvent, position: int) -> None:
        self.view.set_aside(event.originator_id, DAMAGED)
