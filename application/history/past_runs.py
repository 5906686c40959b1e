"""Queries about runs as they were: one of them, and the list."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from application.history.moments import Moment
from application.history.past_run import PastRun, past_run
from application.log.event_store import EventStore
from application.projecting.projection import seconds
from application.runs.report_runs import NOUN, ReportRuns
from domain.access.caller import Scope
from domain.errors import NotFound
from domain.instants import utc_text
from domain.runs.report_run import ReportRun


def run_then(events: EventStore, id: str, moment: Moment) -> PastRun:
    """Raises `NotFound`, which says so when the run was not there yet, and `RecordDamaged`."""
    recorded = events.events_of(id)
    found = past_run(recorded, moment)
    if found is not None:
        return found
    first = recorded[0] if recorded else None
    if not isinstance(first, ReportRun.Created):
        raise NotFound(NOUN, id)
    raise NotFound(NOUN, id, reason=f"Its first event is of {utc_text(seconds(first))}.")


def runs_then(
    events: EventStore, moment: Moment, *, account: str | None = None, livemode: bool | None = None
) -> Iterator[PastRun]:
    """The runs that there were, oldest first, each as it was. Memory is bounded: the log is streamed.

    account, livemode  only the runs of these; None: all
    """
    for _, event in events.stream(events.last_position()):
        if not isinstance(event, ReportRun.Created) or not moment.includes(event):
            continue
        if account in (None, event.account) and livemode in (None, event.livemode):
            found = past_run(events.events_of(event.originator_id), moment)
            if found is not None:
                yield found


class PastRuns:
    """Runs as they were, for callers of the API."""

    def __init__(self, events: EventStore, runs: ReportRuns) -> None:
        self._events = events
        self._runs = runs

    async def get(self, scope: Scope, id: str, moment: Moment) -> PastRun:
        """Raises `NotFound`."""
        await self._runs.get(scope, id)
        return await asyncio.to_thread(run_then, self._events, id, moment)
