"""One helper: a process of its own, started anew after it has died."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from typing import Any

from interfaces.processes.channel import Channel, Ended
from interfaces.processes.child import start_process
from interfaces.settings import Settings
from interfaces.storage.writers.protocol import GREETING, Role

log = logging.getLogger("reportrun.processes")

ANSWER_SECONDS = 30.0
"""How long nothing may be heard of a helper before it is taken for dead."""

RESTART_SECONDS = 5.0
"""How long after one was started the next may be."""

STOP_SECONDS = 2.0


class RestartingProcess:
    """A helper in one role. Ask it one thing at a time; start and stop it from any thread."""

    def __init__(self, role: Role, settings: Settings) -> None:
        self._role = role
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._frames: Channel | None = None
        self._is_ready = False
        self._wanted = False
        self._started = 0.0
        self._changing = threading.Lock()

    def start(self) -> None:
        """Have a process help as soon as it is ready."""
        self._wanted = True
        self._start()

    def stop(self) -> None:
        with self._changing:
            self._wanted = False
            self._end()

    def is_ready(self) -> bool:
        """Whether it can be asked now. One that has died is replaced in time."""
        if self._is_ready:
            return True
        if self._frames is None:
            if self._wanted and time.monotonic() - self._started > RESTART_SECONDS:
                self._start_again()
            return False
        try:
            greeting = self._frames.hear_within(0)
        except TimeoutError:
            return False
        except Ended as trouble:
            self.give_up(trouble)
            return False
        if greeting == GREETING:
            self._is_ready = True
        else:  # it was installed while this process ran: its views are others than ours
            log.warning("The process for the %s is of another version, and is not used until a restart.", self._role)
            self.stop()
        return self._is_ready

    @property
    def frames(self) -> Channel:
        """For whoever asks in a way of their own, once it is ready."""
        assert self._frames is not None
        return self._frames

    def ask(self, question: object) -> None:
        """Raises `Ended` when it has died: whether it has done anything is not known then."""
        try:
            self.frames.say(question)
        except Ended as trouble:
            self.give_up(trouble)
            raise

    def answer(self) -> Any:
        """The next answer. Raises `Ended`."""
        try:
            return self.frames.hear_within(ANSWER_SECONDS)
        except TimeoutError:
            late = Ended(f"no word for {ANSWER_SECONDS:g} s")
            self.give_up(late)
            raise late from None
        except Ended as trouble:
            self.give_up(trouble)
            raise

    def give_up(self, trouble: Exception) -> None:
        """End a process that has gone wrong; another follows in time."""
        with self._changing:
            if self._wanted:
                log.warning("The process for the %s has ended (%s). Another follows.", self._role, trouble)
            if self._process is not None:
                self._process.kill()
            self._end()

    def _start(self) -> None:
        with self._changing:
            self._started = time.monotonic()
            self._process = start_process(
                "interfaces.entrypoints.writer", self._role, settings=self._settings, output=subprocess.PIPE
            )
            assert self._process.stdin is not None and self._process.stdout is not None
            self._frames = Channel(self._process.stdout.fileno(), self._process.stdin.fileno())

    def _start_again(self) -> None:
        try:
            self._start()
        except OSError as trouble:  # too many processes or files, or too little memory: the server does without
            log.warning("The process for the %s cannot be started now: %s", self._role, trouble)

    def _end(self) -> None:
        process, self._process = self._process, None
        self._frames, self._is_ready = None, False
        if process is None:
            return
        assert process.stdin is not None and process.stdout is not None
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
