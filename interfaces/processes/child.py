"""A child process: a module of this program, of the same version, which ends when its standard input does."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from interfaces.processes.channel import Channel, ChannelClosed
from interfaces.processes.greetings import with_version
from interfaces.settings import Settings

_ROOT = str(Path(__file__).parents[2])
"""The folder of this program's layers: first on the path of a child, as the launcher has it here."""


class OtherVersion(ChannelClosed):
    """A process that was started after an upgrade of the files, so that it may understand orders otherwise."""

    def __init__(self) -> None:
        super().__init__("another version of Reportrun was installed since this process started")


@dataclass(frozen=True, slots=True)
class ChildProgram:
    """What a child process runs.

    name      as log lines call it
    module    one of `interfaces.entrypoints`
    settings  what it reads from its environment; None for what this process found there
    greeting  its first message, with the version of this program; None for a process without a channel
    """

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    settings: Settings | None = None
    greeting: object = None

    def environment(self) -> dict[str, str]:
        """The environment variables of the process."""
        settings = self.settings.environment() if self.settings else {}
        paths = [_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
        return {**os.environ, **settings, "PYTHONPATH": os.pathsep.join(paths)}


class ChildProcess:
    """A running child process, and the channel to it."""

    def __init__(self, program: ChildProgram) -> None:
        """Start it. Raises `OSError` when there are too many processes or files, or too little memory."""
        self._greeting = with_version(program.greeting)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", program.module, *program.arguments],  # -P: not from the current folder
            stdin=subprocess.PIPE,  # its end stops the process, however this one ends
            stdout=None if program.greeting is None else subprocess.PIPE,
            bufsize=0,
            env=program.environment(),
            start_new_session=True,  # a Ctrl-C is for this process, which first answers the open requests
        )
        self.pid = self._process.pid
        self._channel = self._open_channel()

    @property
    def channel(self) -> Channel:
        assert self._channel is not None, "a program without a greeting has no channel"
        return self._channel

    def must_greet_within(self, seconds: float) -> None:
        """Wait for the greeting. Raises `TimeoutError`, `OtherVersion` for another greeting, or `ChannelClosed`."""
        if self.channel.receive_within(seconds) != self._greeting:
            raise OtherVersion

    def exit_code(self) -> int | None:
        """The exit code of a process that has ended; None while it runs."""
        return self._process.poll()

    def exit_code_within(self, seconds: float) -> int | None:
        """The exit code of a process that ends within the time; None for one that does not."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def ask_to_stop(self) -> None:
        """Close its standard input and send SIGTERM: one that is still starting up reads neither."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self.terminate()

    def terminate(self) -> None:
        """Send SIGTERM, and leave the pipes open, which another thread may be using."""
        self._process.terminate()

    def stop(self, seconds: float) -> None:
        """Ask it to stop, and kill it after the time."""
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """Kill it if it still runs, and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _open_channel(self) -> Channel | None:
        if self._process.stdout is None:
            return None
        assert self._process.stdin is not None
        return Channel(self._process.stdout.fileno(), self._process.stdin.fileno())
