"""The end of a process: as the interpreter ends, except that it takes nothing apart."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn


def end_process(code: int, *, waits_for_threads: bool = True) -> NoReturn:
    """End this process at once, with its exit functions called and its streams flushed.

    The interpreter's own end breaks a thread of a library that is in a call of Python code, and glibc then aborts the
    process: exit code 134 after a command that has succeeded. The threads of `obstore` are in such a call for a moment
    after each read of a bucket.

    waits_for_threads  until those that are no daemons have ended
    """
    if waits_for_threads:
        threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # None in a process that was started without it
            stream.flush()
    os._exit(code)
