"""How every child process starts: settings, log format, signals, the channel to its parent, and the end with it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from interfaces.host.log_format import set_up_logging
from interfaces.host.permissions import keep_files_private
from interfaces.host.this_process.stop_signals import set_on_signals
from interfaces.processes.channel import Channel, ChannelClosed
from interfaces.processes.greetings import with_version
from interfaces.settings import Settings


def read_settings() -> Settings:
    """The settings that the parent passed in the environment, its log level in use, and files private from now on."""
    keep_files_private()
    settings = Settings.read()
    set_up_logging(settings.log_level, settings.log_format)
    return settings


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    set_on_signals(stop)
    return stop


def stop_with_parent(stop: threading.Event) -> None:
    """Have an event set at the end of standard input, which the parent holds open as long as it lives."""

    _after_parent(stop.set)


def end_with_parent() -> None:
    """End this process at the end of standard input, also in the middle of work. Nothing else may read from it."""
    _after_parent(lambda: os._exit(1))


def _after_parent(act: Callable[[], None]) -> None:
    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        act()

    threading.Thread(target=wait, name="parent", daemon=True).start()


@contextmanager
def channel_to_parent() -> Iterator[Channel]:
    """The channel over the standard streams; its end ends the block. What is printed goes to standard error."""
    keep_files_private()
    writing = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with suppress(ChannelClosed):
        yield Channel(sys.stdin.fileno(), writing)


def requests(parent: Channel, greeting: object) -> Iterator[Any]:
    """Greet the parent, then yield each of its requests."""
    parent.send(with_version(greeting))
    while True:
        yield parent.receive()
