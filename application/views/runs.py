"""The list of runs: its row, its read and write protocols, and its projection."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatchmethod
from typing import NamedTuple, Protocol

from application.log.damage import DamagedEvent
from application.projecting.projection import Projection, seconds
from application.views.json_text import json_text
from application.views.paging import Page, Pages, Place
from domain.access.caller import Scope
from domain.aggregate import TextIdEvent
from domain.files.file_link import FileLink
from domain.runs.report_run import ReportRun, Status


class RunRow(NamedTuple):
    """One run. A tuple, because a page makes many.

    position     of its first event in the log
    parameters   as `json_text` gives them
    livemode     True or 1, False or 0
    created, succeeded_at, finished_at   Unix seconds
    file_size    bytes
    finished_position   of the event of its outcome in the log; 0 for a run that is pending
    has_links    1 when file links of its result were ever made, else 0
    asked_by     the actor of its first event: a key, or a user of the console
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
    finished_at: int | None = None
    finished_position: int = 0
    has_links: int = 0
    asked_by: str = ""

    @property
    def place(self) -> Place:
        return Place(self.created, self.position)

    @property
    def outcome_place(self) -> Place:
        """Among the outcomes of runs."""
        return Place(self.finished_at or 0, self.finished_position)


class ListedRun(NamedTuple):
    """One run as lists show it: what they read of a `RunRow`, because each column of a page takes its time."""

    position: int
    id: str
    livemode: bool
    report_type: str
    parameters: str
    created: int
    status: str
    attempts: int
    error: str | None
    succeeded_at: int | None
    file_id: str | None
    file_size: int | None
    has_links: int

    @property
    def place(self) -> Place:
        return Place(self.created, self.position)


class Outcomes(NamedTuple):
    """Which finished runs are asked for.

    statuses   `succeeded`, `failed`, or both
    delivered  True: those whose event was delivered to every webhook endpoint that was to have it; False: the others;
               None: both
    """

    statuses: tuple[str, ...] = (Status.SUCCEEDED.value, Status.FAILED.value)
    delivered: bool | None = None


class RunSelection(NamedTuple):
    """Which runs a page holds. None: of every status, of every type, asked for by any actor"""

    status: Status | None = None
    report_type: str | None = None
    asked_by: str | None = None


ANY_RUN = RunSelection()


DAMAGED = "The record of this report run is damaged. Ask for the report again."
"""The `error` of a run with a damaged event, unless its outcome is intact."""


class Backlog(NamedTuple):
    """The pending runs. oldest: when the one that comes first in the log was asked for, Unix seconds"""

    pending: int
    oldest: int | None


class RunList(Pages[ListedRun], Protocol):
    """Reads runs and their status."""

    async def get(self, scope: Scope, id: str) -> RunRow | None: ...

    async def finished(self, scope: Scope, page: Page, outcomes: Outcomes) -> Sequence[RunRow]:
        """At most `page.limit` finished runs, nearest the cursor first. Their places are those of their outcomes."""

    async def selected(self, scope: Scope, page: Page, selection: RunSelection) -> Sequence[ListedRun]:
        """At most `page.limit` runs of a selection, nearest the cursor first."""

    async def backlog(self, most: int) -> Backlog:
        """The pending runs of all accounts, in both modes, counted up to `most`."""


class RunListWriter(Protocol):
    """Writes runs and the changes of their status."""

    def add(self, row: RunRow) -> None: ...

    def start_attempt(self, id: str, attempt: int) -> None: ...

    def succeed(self, id: str, *, at: int, position: int, file_id: str, file_size: int) -> None: ...

    def fail(self, id: str, error: str, *, at: int, position: int) -> None: ...

    def mark_linked(self, id: str) -> None: ...

    def erase_parameters(self, id: str, parameters: str) -> None:
        """parameters: what is left of them, as `json_text` gives it"""

    def erase_error(self, id: str, error: str) -> None:
        """error: what stands in its place"""

    def erase_asker(self, id: str, asked_by: str) -> None:
        """asked_by: what stands in the actor's place"""

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
                parameters=json_text(event.parameters),
                created=seconds(event),
                asked_by=event.actor,
            )
        )

    @apply.register
    def _(self, event: ReportRun.AttemptStarted, position: int) -> None:
        self.view.start_attempt(event.originator_id, event.attempt)

    @apply.register
    def _(self, event: ReportRun.Succeeded, position: int) -> None:
        self.view.succeed(
            event.originator_id, at=seconds(event), position=position, file_id=event.file_id, file_size=event.size
        )

    @apply.register
    def _(self, event: ReportRun.Failed, position: int) -> None:
        self.view.fail(event.originator_id, event.error, at=seconds(event), position=position)

    @apply.register
    def _(self, event: FileLink.Created, position: int) -> None:
        self.view.mark_linked(event.run_id)

    @apply.register
    def _(self, event: ReportRun.Erased, position: int) -> None:
        if "parameters" in event.values:
            self.view.erase_parameters(event.originator_id, json_text(event.values["parameters"]))
        if "error" in event.values:
            self.view.erase_error(event.originator_id, event.values["error"])
        if "actor" in event.values and event.erased_version == 1:
            self.view.erase_asker(event.originator_id, event.values["actor"])

    @apply.register
    def _(self, event: DamagedEvent, position: int) -> None:
        self.view.set_aside(event.originator_id, DAMAGED)
