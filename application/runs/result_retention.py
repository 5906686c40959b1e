"""Retention of result files: removes the bytes of expired ones and records it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from eventsourcing.persistence import IntegrityError

from application.log.damage import RecordDamaged
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

    async def expired(self) -> int:
        """The number of files that `sweep` would remove."""
        before, last, number = self._expired_before(), "", 0
        while files := await self._files.by_id(last, BATCH_FILES):
            number += sum(file.created < before for file in files)
            last = files[-1].id
        return number

    async def sweep(self) -> int:
        """Remove expired files; returns their number."""
        swept = 0
        while files := await self._files.kept(self._expired_before(), BATCH_FILES):
            removed = sum(self._remove(file) for file in files)
            swept += removed
            self._show()
            if not removed:  # the same files would be found again
                break
        return swept

    def _expired_before(self) -> int:
        return int(self._clock.now().timestamp()) - KEPT_SECONDS + 1

    def _remove(self, file: FileRow) -> bool:
        """Remove the bytes before recording it, so that the next sweep completes an interrupted one.

        False for the file of a run that is damaged or missing: nothing can be recorded, and nothing is removed.
        """
        try:
            run = self._events.find(ReportRun, file.run_id)
        except RecordDamaged:
            return False
        if run is None:
            return False
        self._store.remove(file.id)
        run.remove_file(file.id, actor=self._actor, at=self._clock.now())
        with suppress(IntegrityError):  # a concurrent sweep recorded it
            self._events.save(run)
        return True
