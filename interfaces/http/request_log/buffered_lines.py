"""Lines about requests, buffered: several are written at once, and never to a log that would make requests wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from interfaces.host.log_format import WRITERS, time_text
from interfaces.http.request_log.ended_request import LINES, LOGGER, EndedRequest
from interfaces.http.request_log.log_output import ONE_WRITE_BYTES, LogOutput

MOST_BYTES = 4 * 1024 * 1024
"""What may wait for a log that takes nothing. Lines above it are left out and counted."""

FLUSH_SECONDS = 0.2
"""How long a line waits for others, at most."""


class BufferedLines:
    """Writes a line for each request that it is given."""

    def __init__(self, format: str, output: LogOutput) -> None:
        self._line, self._line_of = WRITERS[format], LINES[format]
        self._output = output
        self._waiting: list[bytes] = []
        self._bytes = 0
        self._left_out = 0

    def add(self, request: EndedRequest) -> None:
        line = self._line_of(request)
        size = self._bytes + len(line)
        if size > ONE_WRITE_BYTES:
            if size > MOST_BYTES:
                self._left_out += 1
                return
            self.flush()
        self._waiting.append(line)
        self._bytes += len(line)

    async def run(self) -> None:
        """Write what waits, several times a second and at the end."""
        try:
            while True:
                await asyncio.sleep(FLUSH_SECONDS)
                self.flush()
        finally:
            self.flush()

    def flush(self) -> None:
        """Write all lines that wait, as far as the log takes them now."""
        written = 0
        while written < len(self._waiting) and self._output.takes_more():
            written = self._write(written)
        if written:
            del self._waiting[:written]
            self._bytes = sum(map(len, self._waiting))
        if self._left_out and not self._waiting:
            self._output.write(self._line(_about_left_out(self._left_out)))
            self._left_out = 0

    def _write(self, first: int) -> int:
        """Write lines from `first`, as many as go at once; gives the number of the next."""
        end, size = first + 1, len(self._waiting[first])
        while end < len(self._waiting) and (size := size + len(self._waiting[end])) <= ONE_WRITE_BYTES:
            end += 1
        self._output.write(b"".join(self._waiting[first:end]))
        return end


def _about_left_out(count: int) -> Mapping[str, Any]:
    return {
        "time": time_text(time.time()),
        "level": "warning",
        "logger": LOGGER,
        "message": f"{count:,} lines about requests were left out: they came faster than the log takes them.",
        "left_out": count,
    }
