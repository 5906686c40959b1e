"""The list of result files: its row, its read and write protocols, and its projection."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatchmethod
from typing import NamedTuple, Protocol

from application.projecting.projection import Projection, seconds
from application.views.paging import PagedList, Place
from domain.aggregate import TextIdEvent
from domain.files.file_link import FileLink
from domain.runs.report_run import ReportRun


class FileRow(NamedTuple):
    """One result file.

    livemode   True or 1, False or 0
    created, removed_at   Unix seconds
    size       bytes
    sha256     hex
    has_links  1 when links to it were ever made, else 0
    """

    position: int
    id: str
    run_id: str
    account: str
    livemode: bool
    created: int
    filename: str
    size: int
    sha256: str
    removed_at: int | None = None
    has_links: int = 0

    @property
    def place(self) -> Place:
        return Place(self.created, self.position)


class FileList(PagedList[FileRow], Protocol):
    """Reads result files: by scope in pages, and of all accounts for retention and checks."""

    async def kept(self, created_before: int, limit: int) -> Sequence[FileRow]:
        """Files of all accounts created before an instant and not removed, oldest first."""

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that have a record, removed or not."""

    async def by_id(self, after: str, limit: int) -> Sequence[FileRow]:
        """Files of all accounts not removed, in the order of their ids, after the given one."""


class FileListWriter(Protocol):
    """Writes result files."""

    def add(self, row: FileRow) -> None: ...

    def mark_removed(self, id: str, at: int) -> None: ...

    def mark_linked(self, id: str) -> None: ...


class FileListProjection(Projection[FileListWriter]):
    name = "files"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Other events change nothing."""

    @apply.register
    def _(self, event: ReportRun.FileRemoved, position: int) -> None:
        self.view.mark_removed(event.file_id, seconds(event))

    @apply.register
    def _(self, event: FileLink.Created, position: int) -> None:
        self.view.mark_linked(event.file_id)

    @apply.register
    def _(self, event: ReportRun.Succeeded, position: int) -> None:
        self.view.add(
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
