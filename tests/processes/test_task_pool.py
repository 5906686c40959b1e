"""The pool of tasks: a process for each, a number of them at once, and an end to each."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidParameter, StoreUnavailable
from interfaces.processes.channel import ChannelClosed
from interfaces.processes.child import ChildProcess, ChildProgram, OtherVersion
from interfaces.processes.task_pool import TaskPool, TaskProgress
from interfaces.processes.task_processes import TaskProcesses

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


def test_tasks_that_take_long_leave_the_threads_of_the_server_free() -> None:
    has_begun = threading.Event()

    async def ask() -> None:
        pool = TaskPool(PROGRAM, 1)
        with ThreadPoolExecutor(1) as threads:
            asyncio.get_running_loop().set_default_executor(threads)
            first = asyncio.create_task(pool.run(("hang", None), LONG, lambda part: has_begun.set()))
            try:
                assert await asyncio.wait_for(asyncio.to_thread(has_begun.wait, LONG / 2), LONG / 2)
            finally:
                pool.stop()
                with suppress(StoreUnavailable):
                    await first

    asyncio.run(ask())


def test_a_task_of_a_caller_that_has_gone_keeps_its_place_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    has_begun = threading.Event()

    async def ask() -> None:
        pool = TaskPool(PROGRAM, 1)
        first = asyncio.create_task(pool.run(("hang", None), LONG, lambda part: has_begun.set()))
        await asyncio.to_thread(has_begun.wait, LONG)
        first.cancel()
        monkeypatch.setattr("interfaces.processes.task_pool.WAIT_SECONDS", 0.01)
        try:
            with pytest.raises(StoreUnavailable, match=r"the most at once \(1\)"):
                await pool.run(("echo", "a"), LONG)
        finally:
            pool.stop()

    asyncio.run(ask())


def outcome_of(processes: TaskProcesses, order: object) -> Any:
    return processes.outcome_of(order, lambda progress: None, LONG)


def test_a_process_of_another_version_is_given_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interfaces.processes.greetings.PROGRAM_VERSION", "0.0.1")

    with pytest.raises(OtherVersion, match="another version of Reportrun was installed since this process started"):
        outcome_of(TaskProcesses(PROGRAM, TaskProgress), ("echo", "a"))
    with pytest.raises(StoreUnavailable, match="Restart it"):
        result_of(("echo", "a"))


def test_a_process_with_another_greeting_is_given_no_order() -> None:
    with pytest.raises(OtherVersion):
        outcome_of(TaskProcesses(replace(PROGRAM, greeting="ready to load"), TaskProgress), ("echo", "a"))


def test_a_stop_closes_no_pipe_that_a_thread_is_about_to_write_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another file would get the pipe's descriptor, and the order would be written into it."""
    processes = TaskProcesses(PROGRAM, TaskProgress)
    must_greet_within = ChildProcess.must_greet_within
    opened = [tmp_path / str(number) for number in range(20)]

    with ExitStack() as files:

        def greet_and_stop(process: ChildProcess, seconds: float) -> None:
            must_greet_within(process, seconds)
            processes.stop()
            for file in opened:
                files.enter_context(file.open("wb", buffering=0))

        monkeypatch.setattr(ChildProcess, "must_greet_within", greet_and_stop)
        with pytest.raises(ChannelClosed):
            outcome_of(processes, ("hang", None))

    assert [file.read_bytes() for file in opened] == [b""] * len(opened)
