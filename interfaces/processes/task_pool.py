"""A pool of tasks, each in a child process of its own, so that a server stays small and responsive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from domain.errors import InvalidParameter, StoreUnavailable
from interfaces.processes.channel import ChannelClosed
from interfaces.processes.child import ChildProgram
from interfaces.processes.task_processes import TaskProcesses, TasksStopped

WAIT_SECONDS = 30.0
"""How long a task waits for its turn."""


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """A message of the process: the part of the task that is done, 0.0 to 1.0."""

    part: float


@dataclass(frozen=True, slots=True)
class TaskRefused:
    """A message of the process: the sentence that says why there is no result.

    is_transient  whether the same task may go better later
    """

    sentence: str
    is_transient: bool = False


class TaskPool:
    """Runs a number of tasks at once; others wait.

    program  greets, takes one order, and answers it with `TaskProgress` and then a result or a `TaskRefused`
    """

    def __init__(self, program: ChildProgram, at_once: int) -> None:
        self._processes = TaskProcesses(program, TaskProgress)
        self._places = asyncio.Semaphore(at_once)
        self._at_once = at_once

    async def run(self, order: object, seconds: float, progress: Callable[[float], None] = lambda part: None) -> Any:
        """The result of an order.

        seconds   how long it may take, without the wait for its turn
        progress  called in another thread

        Raises `InvalidParameter` with the process's sentence, or `StoreUnavailable` when it may go better later.
        """
        async with self._turn():
            answer = await asyncio.to_thread(self._answer, order, seconds, progress)
        if not isinstance(answer, TaskRefused):
            return answer
        raise StoreUnavailable(answer.sentence) if answer.is_transient else InvalidParameter(answer.sentence)

    def stop(self) -> None:
        """End what runs; later orders are refused."""
        self._processes.stop()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            await asyncio.wait_for(self._places.acquire(), WAIT_SECONDS)
        except TimeoutError:
            raise StoreUnavailable(
                f"The server makes charts, workbooks and comparisons, the most at once ({self._at_once}). Try again "
                "in a minute."
            ) from None
        try:
            yield
        finally:
            self._places.release()

    def _answer(self, order: object, seconds: float, progress: Callable[[float], None]) -> Any:
        try:
            return self._processes.outcome_of(order, lambda message: progress(message.part), seconds, seconds)
        except TasksStopped:
            return TaskRefused("The server is stopping. Try again in a minute.", is_transient=True)
        except TimeoutError:
            return TaskRefused(f"It took longer than {seconds:g} seconds, the most that it may, and was stopped.")
        except ChannelClosed:
            return TaskRefused("The process that worked on it ended early. Try again in a minute.", is_transient=True)
        except OSError:
            return TaskRefused("No process could be started for it. Try again in a minute.", is_transient=True)
