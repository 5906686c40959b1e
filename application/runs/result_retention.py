"""Retention of result files: removes the bytes of expired ones and records it."""

from __future__ import annotations

from collections.abc import Callable

from eventsourcing.persistence import IntegrityError

from application.log.event_store import EventStore
from application.ports.clock import Clock
from application.ports.results import ResultStore
from application.runs.result_files import KEPT_SECONDS
from application.views.files import FileList, FileRow
from domain.runs.report_run import ReportRun

BATCH_FILES = 200


class FileSweep:
    def __init__(
        self,
        events: EventStore,
        files: FileList,
        store: ResultStore,
        clock: Clock,
        actor: str,
        show: Callable[[], object],
    ) -> None:
        """show  brings the views up to date"""
        self._events = events
        self._files = files
        self._store = store
        self._clock = clock
        self._actor = actor
        self._show = show

    async def sweep(self) -> int:
        """Remove expired files; returns their number."""
        expired_when = int(self._clock.now().timestamp()) - KEPT_SECONDS
        swept = 0
        while files := await self._files.kept(expired_when + 1, BATCH_FILES):
            for file in files:
                self._remove(file)
            swept += len(files)
            self._show()
        return swept

    def _remove(self, file: FileRow) -> None:
        """Remove the bytes before recording it, so that the next sweep completes an interrupted one."""
        self._store.remove(file.id)
        run = self._events.find(ReportRun, file.run_id)
        if run is None:
            return
        run.remove_file(file.id, actor=self._actor, at=self._clock.now())
        try:
            self._events.save(run)
        except IntegrityError:  # a concurrent sweep recorded it
            return
