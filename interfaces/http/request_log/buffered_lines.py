"""Lines about requests, buffered: requests only note what they did, and a thread writes it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from interfaces.host.log_format import WRITERS, time_text
from interfaces.http.request_log.ended_request import LOGGER, EndedRequest, line_of

MOST_WAITING = 10_000
"""Lines that may wait. Those above it are left out and counted: a log that is read slowly stops no request."""

FLUSH_SECONDS = 0.2
"""How long a line waits for others, at most."""

LINES_AT_ONCE = 100
"""Lines of one system call; between two the thread lets requests go on."""


class BufferedLines:
    """Writes a line for each request that it is given, within `FLUSH_SECONDS`."""

    def __init__(self, format: str, write: Callable[[bytes], object]) -> None:
        """write  takes whole lines; may block, and may raise `OSError`"""
        self._line = WRITERS[format]
        self._write = write
        self._waiting: list[EndedRequest] = []
        self._left_out = 0
        self._has_lines, self._stopped = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="request log", daemon=True)

    def add(self, request: EndedRequest) -> None:
        """Note a request. Takes a fraction of a microsecond, and never blocks."""
        waiting = self._waiting
        if len(waiting) >= MOST_WAITING:
            self._left_out += 1
            return
        waiting.append(request)
        if len(waiting) == 1:
            self._has_lines.set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, and end."""
        self._stopped.set()
        self._has_lines.set()
        self._thread.join(FLUSH_SECONDS * 10)  # whoever reads the log may have stopped reading

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._has_lines.wait()
            self._stopped.wait(FLUSH_SECONDS)
            self._has_lines.clear()
            self.flush()
        self.flush()

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        left_out, self._left_out = self._left_out, 0
        for first in range(0, len(waiting), LINES_AT_ONCE):
            self._put(b"".join([self._line(line_of(one)) for one in waiting[first : first + LINES_AT_ONCE]]))
            time.sleep(0)
        if left_out:
            self._put(self._line(_about_left_out(left_out)))

    def _put(self, lines: bytes) -> None:
        with suppress(OSError):  # the log cannot be written now, and there is no other place to say so
            self._write(lines)


def _about_left_out(count: int) -> Mapping[str, Any]:
    return {
        "time": time_text(time.time()),
        "level": "warning",
        "logger": LOGGER,
        "message": f"{count:,} lines about requests were left out: they came faster than the log takes them.",
        "left_out": count,
    }


def write_to(descriptor: int) -> Callable[[bytes], None]:
    """Writes whole texts to an open file, however little it takes at once."""

    def write(text: bytes) -> None:
        rest = memoryview(text)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    return write
