"""Child processes that carry out one task each, and answer with its progress and then its outcome."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from interfaces.processes.channel import ChannelClosed
from interfaces.processes.child import ChildProcess, ChildProgram


class TasksStopped(ChannelClosed):
    """No further task is taken."""


class TaskProcesses:
    """Starts a process for each task, until they are stopped.

    program   greets, takes one order, and answers it with messages of progress and then one that is none
    progress  the type of the messages of progress
    """

    def __init__(self, program: ChildProgram, progress: type) -> None:
        self._program = program
        self._progress = progress
        self._running: set[ChildProcess] = set()
        self._lock = threading.Lock()
        self._is_stopped = False

    def outcome_of(
        self, order: object, progressed: Callable[[Any], None], start_seconds: float, seconds: float | None = None
    ) -> Any:
        """Carry an order out, and give the last message of its process.

        start_seconds  how long the process may take to greet
        seconds        how long all of it may take; None: as long as it does

        Raises `TasksStopped`, `OtherVersion`, `ChannelClosed` when the process ends early, `TimeoutError`, or `OSError`
        when it cannot be started.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        with self._process() as process:
            process.must_greet_within(start_seconds)
            process.channel.send(order)
            while isinstance(message := _next(process, deadline), self._progress):
                progressed(message)
            return message

    def stop(self) -> None:
        """End what runs, and start nothing more. The thread of each process closes its pipes, which it may be using."""
        with self._lock:
            self._is_stopped = True
            for process in self._running:
                with suppress(OSError):
                    process.terminate()

    @contextmanager
    def _process(self) -> Iterator[ChildProcess]:
        process = ChildProcess(self._program)
        try:
            with self._lock:
                if self._is_stopped:
                    raise TasksStopped("no further task is taken")
                self._running.add(process)
            yield process
        finally:
            with self._lock:
                self._running.discard(process)
            process.kill()


def _next(process: ChildProcess, deadline: float | None) -> Any:
    if deadline is None:
        return process.channel.receive()
    return process.channel.receive_within(max(0.0, deadline - time.monotonic()))
