"""Watches the queries of one report: tells how far they are, and stops them at the report's time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.errors import ReportTimedOut

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LOOK_SECONDS = 0.2


@dataclass
class Watch:
    """One report's time limit and progress, begun when it is made.

    progress  called on the caller's own thread, about five times a second and only when it changes
    """

    time_limit_seconds: float
    progress: Callable[[float], None]
    told: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def run(
        self,
        connection: DuckDBPyConnection,
        sql: str,
        values: Mapping[str, Any],
        part: tuple[float, float] = (0.0, 1.0),
    ) -> int:
        """Run one query to its end and give the number that it answers with.

        part  where of the whole report this query begins and ends

        Raises `ReportTimedOut`, or what the database raises.
        """
        query = _Query(connection, sql, values)
        try:
            while not query.ended.wait(self._until_next_look()):
                if self._seconds_left() <= 0:
                    raise ReportTimedOut(self.time_limit_seconds)
                self._tell(part[0] + query.part_done() * (part[1] - part[0]))
        except BaseException:
            query.stop()
            raise
        return query.answer()

    def _tell(self, done: float) -> None:
        if done > self.told:
            self.told = done
            self.progress(done)

    def _until_next_look(self) -> float:
        return max(0.0, min(_LOOK_SECONDS, self._seconds_left()))

    def _seconds_left(self) -> float:
        return self.started + self.time_limit_seconds - time.monotonic()


class _Query:
    """A query on a thread of its own, so that its caller's thread stays free to be told things and to take signals."""

    def __init__(self, connection: DuckDBPyConnection, sql: str, values: Mapping[str, Any]) -> None:
        self._connection = connection
        self._sql = sql
        self._values = dict(values)
        self._error: Exception | None = None
        self._answer = 0
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="report-query", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            row = self._connection.execute(self._sql, self._values).fetchone()
            self._answer = int(row[0]) if row else 0
        except Exception as error:
            self._error = error
        finally:
            self.ended.set()

    def part_done(self) -> float:
        return max(0.0, min(self._connection.query_progress() / 100, 1.0))

    def stop(self) -> None:
        """Interrupt until it has ended: an interrupt that comes before the query has begun is forgotten."""
        while not self.ended.wait(0.05):
            self._connection.interrupt()
        self._thread.join()

    def answer(self) -> int:
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._answer
