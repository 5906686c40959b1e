"""Runs the queries of one report: reports their progress, and interrupts them at the report's time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from domain.errors import ReportTimedOut

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LOOK_SECONDS = 0.2

Answer = TypeVar("Answer")


class Interruptible(Protocol):
    """What a query runs on: a connection to a database, or a session on a server."""

    def query_progress(self) -> float:
        """How much of the query is done, in percent; negative where that is not known."""

    def interrupt(self) -> None:
        """End the query. May be called from another thread, again and again."""


@dataclass
class QueryWatch:
    """The time limit and the progress of one report. The time starts when the watch is made.

    progress  called on the caller's thread, about five times a second and only when it changes
    """

    time_limit_seconds: float
    progress: Callable[[float], None]
    reported: float = 0.0
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

        def answer() -> int:
            row = connection.execute(sql, dict(values)).fetchone()
            return int(row[0]) if row else 0

        return self.answer_of(Task(connection, answer), part)

    def answer_of(self, task: Task[Answer], part: tuple[float, float]) -> Answer:
        """Wait for a task, which is this part of the whole report. When the wait fails, the task is stopped."""
        try:
            self._must_have_time()  # also where the query ends before it is waited for
            while not task.ended.wait(self._until_next_look()):
                self._must_have_time()
                self.report(part[0] + task.part_done() * (part[1] - part[0]))
        except BaseException:
            task.stop()
            raise
        return task.answer()

    def report(self, done: float) -> None:
        """Pass on how much of the report is done, unless it is no more than before."""
        if done > self.reported:
            self.reported = done
            self.progress(done)

    def _must_have_time(self) -> None:
        if self.seconds_left() <= 0:
            raise ReportTimedOut(self.time_limit_seconds)

    def _until_next_look(self) -> float:
        return min(_LOOK_SECONDS, self.seconds_left())

    def seconds_left(self) -> float:
        return max(0.0, self.started + self.time_limit_seconds - time.monotonic())


class Task(Generic[Answer]):
    """Work with a connection on another thread, so that the caller's thread can report progress and take signals."""

    def __init__(self, connection: Interruptible, work: Callable[[], Answer]) -> None:
        self._connection = connection
        self._work = work
        self._error: BaseException | None = None
        self._answers: list[Answer] = []
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="report-query", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._answers.append(self._work())
        except BaseException as error:  # a library may end the thread by SystemExit, and give neither answer nor error
            self._error = error
        finally:
            self.ended.set()

    def part_done(self) -> float:
        return max(0.0, min(self._connection.query_progress() / 100, 1.0))

    def stop(self) -> None:
        """Interrupt until it has ended: DuckDB ignores an interrupt that comes before the query has begun."""
        while not self.ended.wait(0.05):
            self._connection.interrupt()
        self._thread.join()

    def answer(self) -> Answer:
        """What the work gave, once it has ended. Raises what it raised."""
        self._thread.join()
        if isinstance(self._error, Exception):
            raise self._error
        if self._error is not None:
            raise RuntimeError(f"The work ended by {self._error!r}.") from self._error
        return self._answers[0]
