"""Unrecorded files: stored results that no event names, as the worker that kept one could not record it any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from application.log.damage import DamagedEvent, UnknownEvent
from application.log.event_store import EventStore
from application.ports.clock import Clock
from application.ports.results import ListedResult, ResultStore
from application.views.files import FileList
from domain.runs.report_run import ReportRun

UNRECORDED_SECONDS = 86_400
"""The age from which a file without a record will not get one: a worker records a file as soon as it is kept."""

MOST_UNRECORDED = 1_000
"""More are not what workers left: they are files of another installation, or of a log before its restoration."""

BATCH_NAMES = 500


class Unrecorded(NamedTuple):
    """What a look at the stored files found.

    files     older than `UNRECORDED_SECONDS` and on no record; the first of them, where there are too many
    why_kept  why none of these may be removed; ends a sentence, empty for none
    """

    files: Sequence[ListedResult]
    why_kept: str = ""


class UnrecordedFiles:
    def __init__(self, events: EventStore, files: FileList, store: ResultStore, clock: Clock) -> None:
        self._events = events
        self._files = files
        self._store = store
        self._clock = clock

    async def find(self) -> Unrecorded:
        """Look at every stored name; the log is read as well when the list of files lacks one."""
        found: list[ListedResult] = []
        for names in _batches(self._old_names()):
            known = await self._files.known([name.file_id for name in names])
            found += [name for name in names if name.file_id not in known]
            if len(found) > MOST_UNRECORDED:
                return Unrecorded(found, f"they are more than {MOST_UNRECORDED:,}. Are they of another installation?")
        return self._not_in_log(found) if found else Unrecorded([])

    def remove(self, found: Unrecorded) -> int:
        """Remove what was found, unless it is to be kept; returns the number."""
        removable = [] if found.why_kept else found.files
        for file in removable:
            self._store.remove(file.file_id)
        return len(removable)

    def _old_names(self) -> Iterator[ListedResult]:
        before = self._clock.now().timestamp() - UNRECORDED_SECONDS
        return (listed for listed in self._store.listed() if listed.kept_at < before)

    def _not_in_log(self, files: Sequence[ListedResult]) -> Unrecorded:
        """Without those that the log names; views may lack what a rebuild would bring."""
        without = {file.file_id: file for file in files}
        for _, event in self._events.stream():
            if isinstance(event, (DamagedEvent, UnknownEvent)):
                why = f"event {event.originator_version} of {event.originator_id} cannot be read, and may name one."
                return Unrecorded(files, why)
            if isinstance(event, ReportRun.Succeeded):
                without.pop(event.file_id, None)
        return Unrecorded(list(without.values()))


def _batches(names: Iterable[ListedResult]) -> Iterator[list[ListedResult]]:
    names = iter(names)
    while batch := list(islice(names, BATCH_NAMES)):
        yield batch
