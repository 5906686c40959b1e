"""A pool of tasks, each in a child process of its own, so that a server stays small and responsive."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any

from domain.errors import InvalidParameter, StoreUnavailable
from interfaces.processes.channel import ChannelClosed
from interfaces.processes.child import ChildProgram, OtherVersion
from interfaces.processes.task_processes import TaskProcesses, TasksStopped

WAIT_SECONDS = 30.0
"""How long a task waits for a free process."""

_STOPPING = "The server is stopping. Try again in a minute."


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
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="task")  # the server's own stay free
        self._lock = threading.Lock()
        self._is_stopped = False

    async def run(self, order: object, seconds: float, progress: Callable[[float], None] = lambda part: None) -> Any:
        """The result of an order.

        seconds   how long it may take, without the wait for a free process
        progress  called in another thread

        Raises `InvalidParameter` with the process's sentence, or `StoreUnavailable` when it may go better later.
        """
        await self._take_place()
        answer = await asyncio.shield(self._begin(order, seconds, progress))
        if not isinstance(answer, TaskRefused):
            return answer
        raise StoreUnavailable(answer.sentence) if answer.is_transient else InvalidParameter(answer.sentence)

    def stop(self) -> None:
        """End what runs; later orders are refused."""
        with self._lock:
            self._is_stopped = True
            self._processes.stop()
            self._threads.shutdown(wait=False)

    async def _take_place(self) -> None:
        try:
            await asyncio.wait_for(self._places.acquire(), WAIT_SECONDS)
        except TimeoutError:
            raise StoreUnavailable(
                f"The server makes charts, workbooks and comparisons, the most at once ({self._at_once}). Try again "
                "in a minute."
            ) from None

    def _begin(self, order: object, seconds: float, progress: Callable[[float], None]) -> asyncio.Future[Any]:
        """Begin in a thread, which keeps its place until it ends, also when its caller is cancelled."""
        try:
            with self._lock:
                if self._is_stopped:
                    raise StoreUnavailable(_STOPPING)
                work = partial(self._answer, order, seconds, progress)
                loop = asyncio.get_running_loop()
                answer: asyncio.Future[Any] = loop.run_in_executor(self._threads, copy_context().run, work)
        except BaseException:
            self._places.release()
            raise
        answer.add_done_callback(lambda _: self._places.release())
        return answer

    def _answer(self, order: object, seconds: float, progress: Callable[[float], None]) -> Any:
        try:
            return self._processes.outcome_of(order, lambda message: progress(message.part), seconds, seconds)
        except TasksStopped:
            return TaskRefused(_STOPPING, is_transient=True)
        except OtherVersion:
            return TaskRefused(
                "Another version of Reportrun was installed since this server started. Restart it.", is_transient=True
            )
        except TimeoutError:
            return TaskRefused(f"It took longer than {seconds:g} seconds, the most that it may, and was stopped.")
        except ChannelClosed:
            return TaskRefused("The process that worked on it ended early. Try again in a minute.", is_transient=True)
        except OSError:
            return TaskRefused("No process could be started for it. Try again in a minute.", is_transient=True)
