"""Work on a thread of its own: what it gives, and what it raises, whichever way it ends."""

from __future__ import annotations

import sys

import pytest

from domain.errors import ReportTimedOut
from interfaces.engine.duckdb.query_watch import QueryWatch, Task


class Idle:
    """A connection on which nothing runs."""

    def query_progress(self) -> float:
        return -1.0

    def interrupt(self) -> None: ...


def watch() -> QueryWatch:
    return QueryWatch(60, lambda part: None)


def test_an_answer_is_given() -> None:
    assert watch().answer_of(Task(Idle(), lambda: 7), (0.0, 1.0)) == 7


def test_an_error_of_the_work_is_raised() -> None:
    def work() -> int:
        raise ValueError("no such table")

    with pytest.raises(ValueError, match="no such table"):
        watch().answer_of(Task(Idle(), work), (0.0, 1.0))


def test_a_library_that_ends_the_thread_is_an_error_that_names_how() -> None:
    def work() -> int:
        sys.exit("no home")

    with pytest.raises(RuntimeError, match=r"The work ended by SystemExit\('no home'\)"):
        watch().answer_of(Task(Idle(), work), (0.0, 1.0))


def test_work_that_has_ended_before_it_is_waited_for_is_refused_past_the_limit() -> None:
    task = Task(Idle(), lambda: 7)
    task.ended.wait()

    with pytest.raises(ReportTimedOut):
        QueryWatch(0, lambda part: None).answer_of(task, (0.0, 1.0))
