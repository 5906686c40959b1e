"""A child process that is kept alive: another one is started after it has ended."""

from __future__ import annotations

import logging
import threading
from typing import Any

from interfaces.processes.backoff import Backoff
from interfaces.processes.channel import Channel, ChannelClosed
from interfaces.processes.child import ChildProcess, ChildProgram, OtherVersion

log = logging.getLogger("reportrun.processes")

ANSWER_SECONDS = 30.0
"""How long a process may be silent before it counts as dead."""

STOP_SECONDS = 2.0

CANNOT_START = 78
"""The exit code of a process that has found, and logged, why it cannot start."""


class RestartingProcess:
    """Keeps one child process alive. Send it one request at a time; start and stop it from any thread."""

    def __init__(
        self, program: ChildProgram, answer_seconds: float = ANSWER_SECONDS, most_failed_starts: int | None = None
    ) -> None:
        """most_failed_starts  after so many in a row the process is not started again; None: it always is"""
        self._program = program
        self._most_failed_starts = most_failed_starts
        self._failed_starts = 0
        self.answer_seconds = answer_seconds
        self._child: ChildProcess | None = None
        self._is_ready = False
        self._is_wanted = False
        self._backoff = Backoff()
        self._lock = threading.Lock()

    @property
    def child(self) -> ChildProcess | None:
        """The process of this moment; None between two of them."""
        return self._child

    @property
    def channel(self) -> Channel:
        """The channel to a process that is ready."""
        assert self._child is not None
        return self._child.channel

    def start(self) -> None:
        """Start a process. Raises `OSError` when that cannot be."""
        with self._lock:
            self._is_wanted = True
            self._start()

    def ask_to_stop(self) -> None:
        """Ask the process to stop; it is not restarted."""
        with self._lock:
            self._is_wanted = False
            if self._child is not None:
                self._child.ask_to_stop()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stop the process, and kill it after the time."""
        with self._lock:
            self._is_wanted = False
            child = self._detach()
            if child is not None:
                child.stop(seconds)

    def is_ready(self) -> bool:
        """Whether the process takes requests now. One that has ended is restarted after its delay."""
        if self._is_ready:
            return True
        child = self._child
        if child is None:
            self.restart_if_ended()
            return False
        try:
            child.must_greet_within(0)
            self._is_ready = True
        except TimeoutError:
            pass
        except OtherVersion:
            log.warning("The %s is of another version, and is not used until a restart.", self._program.name)
            self.stop()
        except ChannelClosed as error:
            self.give_up(error)
        return self._is_ready

    def send(self, message: object) -> None:
        """Raises `ChannelClosed` when the process has died: what it has done is unknown then."""
        try:
            self.channel.send(message)
        except ChannelClosed as error:
            self.give_up(error)
            raise

    def receive(self) -> Any:
        """The next answer. Raises `ChannelClosed`."""
        try:
            return self.channel.receive_within(self.answer_seconds)
        except TimeoutError:
            late = ChannelClosed(f"no answer for {self.answer_seconds:g} s")
            self.give_up(late)
            raise late from None
        except ChannelClosed as error:
            self.give_up(error)
            raise

    def give_up(self, reason: object) -> None:
        """Kill a process that has failed; another one follows."""
        with self._lock:
            if self._is_wanted:
                self._log_end(reason)
            child = self._detach()
            if child is not None:
                child.kill()

    def restart_if_ended(self) -> None:
        """Start another process when the last one has ended and its delay has passed."""
        child = self._child
        is_alive = child is not None and child.exit_code() is None
        if is_alive or not self._backoff.is_over():
            return
        with self._lock:
            if self._is_wanted:
                self._restart()

    @property
    def has_given_up(self) -> bool:
        """Whether the process could not start in all its tries."""
        return self._most_failed_starts is not None and self._failed_starts >= self._most_failed_starts

    def _restart(self) -> None:
        ended = self._child
        if ended is not None:
            self._failed_starts = self._failed_starts + 1 if ended.exit_code() == CANNOT_START else 0
            if self.has_given_up:
                self._is_wanted = False
                return
            self._log_end(f"code {ended.exit_code()}")
        try:
            self._start()
        except OSError as error:
            log.warning("The %s cannot be started now: %s", self._program.name, error)
        else:
            if ended is not None:
                ended.kill()  # closes its pipes

    def _start(self) -> None:
        self._backoff.record_start()
        self._child = ChildProcess(self._program)

    def _log_end(self, reason: object) -> None:
        log.warning("The %s has ended (%s). Another follows.", self._program.name, reason)

    def _detach(self) -> ChildProcess | None:
        child, self._child, self._is_ready = self._child, None, False
        return child
