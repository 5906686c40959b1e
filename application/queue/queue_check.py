"""The check of the queue: a pending run that it lacks would wait for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from application.health.findings import Finding, good, wrong
from application.log.event_store import EventStore
from application.queue.queue_feed import PendingRuns
from domain.counting import counted
from domain.runs.report_run import ReportRun

MOST_CHECKED = 1_000
"""The oldest pending runs are looked for one by one; a run that is lost becomes one of them."""


class CheckedQueue(Protocol):
    def size(self) -> int:
        """The number of its runs, under lease or not."""

    def has(self, run_id: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class QueueCheck:
    """
    events    the log
    pending   reads the pending runs of the views
    catch_up  brings the queue up to date with the log
    """

    events: EventStore
    queue: CheckedQueue
    pending: Callable[[], PendingRuns]
    catch_up: Callable[[], None]

    def finding(self) -> Finding:
        oldest = [run.run_id for run in islice(self.pending().runs, MOST_CHECKED)]
        self.catch_up()
        lost = [id for id in oldest if not self.queue.has(id) and self._is_pending(id)]
        if lost:
            return wrong(
                f"The queue lacks {counted(len(lost), 'pending run')}, such as {lost[0]}, so no worker takes them. "
                "`reportrun rebuild runs` fills it anew."
            )
        return good(f"The queue holds every pending run: {self.queue.size():,}.")

    def _is_pending(self, run_id: str) -> bool:
        run = self.events.find(ReportRun, run_id)
        return run is not None and not run.is_finished
