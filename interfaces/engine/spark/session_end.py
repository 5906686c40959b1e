"""How a session on a Spark Connect server ends: its queries are interrupted, its jobs cancelled, and it is released."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from interfaces.engine.spark.orphaned_jobs import end_orphaned_jobs

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

log = logging.getLogger("reportrun.worker")

PATIENCE_SECONDS = 4.0
"""How long a server may take to acknowledge an interrupt, before the connection is closed, so that the report ends.

An idle server takes 0.05 s; one that is busy with others has been seen to take more than 2.
"""

_LEFT = (
    "The engine did not confirm that it has ended a report that was broken off. What it computes for the report may go "
    "on for minutes. %s"
)


class SessionEnd:
    """The end of one session. It runs in the background: a server that is gone does not hold up the worker for long."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._interrupting: threading.Thread | None = None
        self._interrupted = set[str]()
        self._ending: threading.Thread | None = None

    def interrupt(self, *, wait: bool = False) -> None:
        """End what is running. May be called again and again.

        wait  for its acknowledgement, for a few seconds at most
        """
        interrupting = self._interrupting
        if interrupting is None or not interrupting.is_alive():
            interrupting = self._interrupting = _in_background(self._interrupt)
        if wait:
            interrupting.join(PATIENCE_SECONDS + 0.5)

    def begin(self, *, cancels_jobs: bool) -> None:
        """Release the session, and wait for it for a few seconds: gRPC lets the next one share a broken connection.

        After an interrupt, first cancel what Spark goes on with. That takes seconds, and is not waited for.
        """
        self._ending = _in_background(lambda: self._end(cancels_jobs))
        if self._interrupting is None:
            self._ending.join(PATIENCE_SECONDS)

    def wait(self, seconds: float) -> bool:
        """Wait until the session has ended. Gives whether it has."""
        if self._ending is not None:
            self._ending.join(seconds)
        return self.has_ended

    @property
    def has_ended(self) -> bool:
        return self._ending is not None and not self._ending.is_alive()

    def _interrupt(self) -> None:
        asked = _in_background(self._ask_to_interrupt)
        asked.join(PATIENCE_SECONDS)
        if asked.is_alive():
            with suppress(Exception):
                self._session.client.close()

    def _ask_to_interrupt(self) -> None:
        with suppress(Exception):  # a server that is gone runs nothing
            self._interrupted.update(self._session.interruptAll())

    def _end(self, cancels_jobs: bool) -> None:
        if self._interrupting is not None and cancels_jobs:
            self._interrupting.join()
            try:
                end_orphaned_jobs(self._session.client, self._interrupted)
            except Exception as trouble:  # errors of gRPC, and of the client
                log.warning(_LEFT, type(trouble).__name__)
        with suppress(Exception):
            self._session.stop()
        atexit.unregister(self._session.client.close)


def _in_background(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
