"""SIGTERM and SIGINT, as requests to stop."""

from __future__ import annotations

import _thread
import signal
import threading

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def set_on_signals(stop: threading.Event) -> None:
    """Have an event set when a stop signal comes.

    A thread sets it: the handler runs in the main thread, which may hold the event's lock, and would wait for itself.
    """
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: _thread.start_new_thread(stop.set, ()))


def ignore_stop_signals() -> None:
    """For a process that its parent ends once the open requests are answered, also when a signal goes to all."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
