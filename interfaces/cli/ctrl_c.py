"""What a Ctrl-C does: it ends a command with one line and exit code 1, whenever it comes."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import NoReturn

STOPPED = "Stopped; nothing was left half done."

ONE_STOP_SECONDS = 2.0
"""What comes within this time is the same stop, as from a terminal and again from whoever started the command. It must
not break off the cleaning up; what comes later may, since that takes too long."""

COME_AGAIN_SECONDS = 0.02
LONGEST_WAIT_SECONDS = 5.0
"""How long a stop lets an import or a transaction end first."""

NEVER = float("-inf")


class CtrlC:
    """While a command is at work, a Ctrl-C is an exception, so that the command cleans up behind itself; before that,
    while modules are imported, and after it, there is nothing to clean up, and the process ends at once.

    asked  whether it has come: what is raised then is its doing, since libraries raise in their own ways
    """

    def __init__(self) -> None:
        self.asked = False
        self._at_work = False
        self._ours = False
        self._raised_at = self._asked_at = NEVER
        self._code: int | None = None

    def is_ours(self) -> None:
        """Take the signals of this process, but for one that whoever started it has it ignore."""
        for number, before in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
            if signal.getsignal(number) == before:
                signal.signal(number, self._stop)
                self._ours = True

    def has_work_to_stop(self) -> None:
        """From now on a command is at work."""
        self._at_work = True
        if self._ours:
            sys.unraisablehook = self._swallowed

    def has_nothing_to_stop(self, code: int) -> None:
        """The command has ended, and all is said: what comes now only ends the process sooner."""
        self._code = code
        self._at_work = False
        if self.asked:  # a library's thread may be at work still, which the interpreter's own end would trip over
            atexit._run_exitfuncs()
            os._exit(code)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if not self._at_work:
            self._end_now()
        now = time.monotonic()
        if not self.asked:
            self.asked, self._asked_at = True, now
        if now - self._raised_at < ONE_STOP_SECONDS:
            return
        if now - self._asked_at < LONGEST_WAIT_SECONDS and _is_indivisible(frame):
            self._come_again(number)
        else:
            self._raised_at = now
            raise KeyboardInterrupt

    def _end_now(self) -> NoReturn:
        if self._code is None:
            with suppress(OSError):
                os.write(2, f"reportrun: {STOPPED}\n".encode())
        os._exit(1 if self._code is None else self._code)

    def _swallowed(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Come again when the interpreter was where nothing can be raised, as in a callback of its own."""
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            self._come_again(signal.SIGINT)
        else:
            sys.__unraisablehook__(unraisable)

    def _come_again(self, number: int) -> None:
        import _thread
        import threading

        def again() -> None:
            self._raised_at = NEVER
            _thread.interrupt_main(signal.Signals(number))

        threading.Timer(COME_AGAIN_SECONDS, again).start()


def _is_indivisible(frame: FrameType | None) -> bool:
    """Whether what happens there ends soon, and badly when it is broken off.

    Some libraries take the process with them when their import is, and the log would keep a transaction open, so that
    nothing more could be written, not even that the run was stopped.
    """
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module == "importlib._bootstrap" or module.startswith("eventsourcing."):
            return True
        frame = frame.f_back
    return False


CTRL_C = CtrlC()
