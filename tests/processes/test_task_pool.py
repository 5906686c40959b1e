"""The pool of tasks: a process for each, a number of them at once, and an end to each."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidParameter, StoreUnavailable
from interfaces.processes.child import ChildProgram
from interfaces.processes.task_pool import TaskPool

PROGRAM = ChildProgram("echo", "tests.processes.echo_task", greeting="ready")

LONG = 60.0


def result_of(order: object, seconds: float = LONG, progress: Callable[[float], None] = lambda part: None) -> Any:
    return asyncio.run(TaskPool(PROGRAM, 1).run(order, seconds, progress))


def test_a_task_has_a_process_of_its_own_that_is_gone_afterwards() -> None:
    parts: list[float] = []

    pid, value = result_of(("echo", "a"), progress=parts.append)

    assert (value, parts, pid != os.getpid()) == ("a", [0.5], True)
    assert not Path(f"/proc/{pid}").exists()


def test_the_sentence_of_a_refusal_is_that_of_the_process() -> None:
    with pytest.raises(InvalidParameter, match=r"^Row 7 is too wide\.$"):
        result_of(("refuse", "Row 7 is too wide."))


def test_a_task_ends_at_its_time_limit() -> None:
    with pytest.raises(InvalidParameter, match=r"longer than 0\.2 seconds"):
        result_of(("hang", None), seconds=0.2)


def test_a_process_that_dies_is_told_as_trouble_of_the_moment() -> None:
    with pytest.raises(StoreUnavailable, match="ended early"):
        result_of(("die", None))


def test_a_task_that_finds_no_place_in_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    has_begun = threading.Event()

    async def ask() -> None:
        pool = TaskPool(PROGRAM, 1)
        first = asyncio.create_task(pool.run(("hang", None), LONG, lambda part: has_begun.set()))
        await asyncio.to_thread(has_begun.wait, LONG)
        monkeypatch.setattr("interfaces.processes.task_pool.WAIT_SECONDS", 0.01)
        try:
            with pytest.raises(StoreUnavailable, match=r"the most at once \(1\)"):
                await pool.run(("echo", "a"), LONG)
        finally:
            pool.stop()
            with pytest.raises(StoreUnavailable):
                await first

    asyncio.run(ask())


def test_a_pool_that_is_stopped_takes_no_more() -> None:
    async def ask() -> None:
        pool = TaskPool(PROGRAM, 1)
        pool.stop()
        with pytest.raises(StoreUnavailable, match="stopping"):
            await pool.run(("echo", "a"), LONG)

    asyncio.run(ask())
