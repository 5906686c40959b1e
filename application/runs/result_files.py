"""Queries about result files, and their bytes."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from application.ports.clock import Clock
from application.ports.results import ResultStore
from application.runs.report_runs import Freshness
from application.views.files import FileList, FileRow
from application.views.paging import ListQuery, PageOf, read_page
from application.views.reading.scoped_lookup import found_in
from domain.access.caller import Scope
from domain.errors import FileExpired

NOUN = "file upload"

PURPOSE = "finance_report_run"
"""The purpose of every file here."""

KEPT_SECONDS = 365 * 86_400
"""Retention of a result file, from its creation."""


class ResultFiles:
    def __init__(self, files: FileList, store: ResultStore, views: Freshness, clock: Clock) -> None:
        self._files = files
        self._store = store
        self._views = views
        self._clock = clock

    async def get(self, scope: Scope, id: str) -> FileRow:
        """Raises `NotFound`."""
        await self._views.caught_up()
        return await found_in(scope, id, NOUN, self._files.get)

    async def find(self, scope: Scope, id: str) -> FileRow | None:
        return await self._files.get(scope, id)

    async def readable(self, scope: Scope, id: str) -> FileRow:
        """A file that can be downloaded. Raises `NotFound`, or `FileExpired` past its retention."""
        file = await self.get(scope, id)
        expires_at = file.created + KEPT_SECONDS
        if file.removed_at is not None or expires_at <= self._clock.now().timestamp():
            raise FileExpired(id, min(expires_at, file.removed_at or expires_at))
        return file

    async def page(self, query: ListQuery, purpose: str | None = None) -> PageOf[FileRow]:
        """A page of files for one purpose; None for any.

        Raises `ReferenceNotFound` for a cursor that leads nowhere, then `ConflictingCursors` for two.
        """
        await self._views.caught_up()
        page = await read_page(self._files, query, NOUN)
        return page if purpose in (None, PURPOSE) else PageOf([], has_more=False)

    def read(self, file: FileRow, start: int, length: int) -> AsyncGenerator[bytes]:
        """`length` bytes from `start`, in chunks."""
        return self._store.read(file.id, start, length)
