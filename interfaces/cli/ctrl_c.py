"""Ctrl-C: ends a command with one line and exit code 1, at any moment."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import NoReturn

STOPPED = "Stopped; nothing was left half done."

DEBOUNCE_SECONDS = 2.0
"""Repeated signals within this time count once: a terminal and a parent process may both send one. A later signal may
interrupt a cleanup that takes too long."""

REDELIVER_SECONDS = 0.02
INDIVISIBLE_SECONDS = 5.0
"""How long an import or a transaction may go on after a signal."""

NEVER = float("-inf")


class CtrlC:
    """Raises `KeyboardInterrupt` while a command works, so that it cleans up. Before and after, while modules are
    imported or the interpreter ends, there is nothing to clean up, and the process ends at once.

    asked  whether a signal has come: libraries turn `KeyboardInterrupt` into other exceptions
    """

    def __init__(self) -> None:
        self.asked = False
        self._working = False
        self._installed = False
        self._raised_at = self._asked_at = NEVER
        self._code: int | None = None

    def install(self) -> None:
        """Handle the signals of this process, except those that its parent has it ignore."""
        for number, before in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
            if signal.getsignal(number) == before:
                signal.signal(number, self._stop)
                self._installed = True

    def begin_work(self) -> None:
        """From now on a signal raises."""
        self._working = True
        if self._installed:
            sys.unraisablehook = self._redeliver_swallowed

    def end_work(self, code: int) -> None:
        """The command has ended with `code`: from now on a signal only ends the process sooner."""
        self._code = code
        self._working = False

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if not self._working:
            self._end_now()
        now = time.monotonic()
        if not self.asked:
            self.asked, self._asked_at = True, now
        if now - self._raised_at < DEBOUNCE_SECONDS:
            return
        if now - self._asked_at < INDIVISIBLE_SECONDS and _is_indivisible(frame):
            self._redeliver(number)
        else:
            self._raised_at = now
            raise KeyboardInterrupt

    def _end_now(self) -> NoReturn:
        if self._code is None:
            with suppress(OSError):
                os.write(2, f"reportrun: {STOPPED}\n".encode())
        os._exit(1 if self._code is None else self._code)

    def _redeliver_swallowed(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Deliver a signal again that came where nothing can be raised, as in a callback of the interpreter."""
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            self._redeliver(signal.SIGINT)
        else:
            sys.__unraisablehook__(unraisable)

    def _redeliver(self, number: int) -> None:
        import _thread
        import threading

        def again() -> None:
            self._raised_at = NEVER
            _thread.interrupt_main(signal.Signals(number))

        threading.Timer(REDELIVER_SECONDS, again).start()


def _is_indivisible(frame: FrameType | None) -> bool:
    """Whether the code of a frame ends soon, and must not be interrupted.

    Some libraries crash the process when their import is interrupted. An interrupted append would leave a transaction
    open, so that nothing more could be written, not even that the run was stopped.
    """
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module == "importlib._bootstrap" or module.startswith("eventsourcing."):
            return True
        frame = frame.f_back
    return False


CTRL_C = CtrlC()
