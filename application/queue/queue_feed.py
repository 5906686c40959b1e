"""Feeds the queue of pending runs from the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from application.log.event_store import EventStore
from application.projecting.projector import Projector
from application.queue.queue_projection import QueueProjection
from application.views.views import ProjectedViews


class PendingRun(NamedTuple):
    """A run that waits for a worker. position: of its first event in the log"""

    run_id: str
    account: str
    position: int


class PendingRuns(NamedTuple):
    """The runs that are pending, read after the position: what the queue meets twice changes nothing."""

    position: int
    runs: Iterator[PendingRun]


class Queue(ProjectedViews, Protocol):
    """The queue, as the feed writes it."""

    def is_filled(self) -> bool:
        """Whether it has been filled since it was made."""

    def fill(self, pending: PendingRuns) -> None:
        """Replace what may be taken; leases stay."""


class QueueFeed:
    """Brings the queue up to date with the log.

    A queue that is new is filled from the list of runs: to replay a log of years would keep workers waiting.
    """

    def __init__(self, events: EventStore, queue: Queue, pending: Callable[[], PendingRuns]) -> None:
        """pending  reads the pending runs of the views, which are brought up to date first"""
        self._queue = queue
        self._is_filled = False
        self._pending = pending
        self._projector = Projector(events, queue, (QueueProjection,))

    def catch_up(self) -> None:
        if not self._is_filled and not self._queue.is_filled():
            self.refill()
        self._is_filled = True
        self._projector.catch_up()

    def refill(self) -> None:
        """Fill the queue anew. A delay that is lost by this is noticed when its run is taken."""
        self._queue.fill(self._pending())
