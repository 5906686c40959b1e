"""Runs one query while its caller watches: tells how far it is, and stops it at its time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from domain.errors import ReportTimedOut

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LOOK_SECONDS = 0.2


class WatchedQuery:
    """A query on a thread of its own, so that its caller's thread stays free to be told things.

    Progress is thus told, and a signal answered, on the caller's own thread, however long the query takes.
    """

    def __init__(self, connection: DuckDBPyConnection, sql: str, values: dict[str, Any]) -> None:
        self._connection = connection
        self._sql = sql
        self._values = values
        self._thread = threading.Thread(target=self._run, name="report-query", daemon=True)
        self._ended = threading.Event()
        self._error: Exception | None = None
        self._rows = 0

    def _run(self) -> None:
        try:
            counted = self._connection.execute(self._sql, self._values).fetchone()
            self._rows = int(counted[0]) if counted else 0
        except Exception as error:
            self._error = error
        finally:
            self._ended.set()

    def rows(self, *, ends: float, time_limit_seconds: float, progress: Callable[[float], None]) -> int:
        """Wait for the end and give the number of rows. Raises `ReportTimedOut`, or what the database raised.

        ends  the instant of the monotonic clock at which the time limit is reached
        """
        told = 0.0
        self._thread.start()
        try:
            while not self._ended.wait(max(0.0, min(_LOOK_SECONDS, ends - time.monotonic()))):
                if time.monotonic() >= ends:
                    raise ReportTimedOut(time_limit_seconds)
                part = max(0.0, min(self._connection.query_progress() / 100, 1.0))
                if part > told:
                    told = part
                    progress(part)
        except BaseException:
            self._stop()
            raise
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._rows

    def _stop(self) -> None:
        """Interrupt until it has ended: an interrupt that comes before the query has begun is forgotten."""
        while not self._ended.wait(0.05):
            self._connection.interrupt()
        self._thread.join()
