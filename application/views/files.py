"""The list of result files: its row, what is asked of it, and its projection."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatchmethod
from typing import NamedTuple, Protocol

from application.projecting.projection import Projection, seconds
from application.views.paging import PagedList, Place
from domain.aggregate import TextIdEvent
from domain.runs.report_run import ReportRun


class FileRow(NamedTuple):
    """One result file. livemode: True or 1, False or 0; created, removed_at: Unix seconds; size: bytes; sha256: hex."""

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

    @property
    def place(self) -> Place:
        return Place(self.created, self.position)


class FileList(PagedList[FileRow], Protocol):
    """Every result file."""

    async def kept(self, created_before: int, limit: int) -> Sequence[FileRow]:
        """Files of all accounts that were made before an instant and not removed since, oldest first."""

    def add(self, row: FileRow) -> None: ...

    async def by_id(self, after: str, limit: int) -> Sequence[FileRow]:
        """Files of all accounts that were not removed, in the order of their ids, behind one of them."""

    def mark_removed(self, id: str, at: int) -> None: ...


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
