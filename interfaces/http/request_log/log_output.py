"""Where the log goes: a descriptor that is written to only when that blocks nothing."""

from __future__ import annotations

import os
import select
from contextlib import suppress
from typing import Protocol

ONE_WRITE_BYTES = 4096
"""What a pipe that takes anything takes at once, and does not mix with what other processes write (`PIPE_BUF`)."""


class LogOutput(Protocol):
    """Takes whole lines."""

    def takes_more(self) -> bool:
        """Whether `ONE_WRITE_BYTES` can be written without waiting."""

    def write(self, lines: bytes) -> None:
        """Write at most `ONE_WRITE_BYTES`. What cannot be written any more is dropped."""


class DescriptorOutput:
    """An open file, a pipe or a terminal."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    def takes_more(self) -> bool:
        return bool(self._poll.poll(0))  # also when it is closed or has no reader any more: then `write` drops

    def write(self, lines: bytes) -> None:
        with suppress(OSError):  # there is no other place to say so
            os.write(self._descriptor, lines)
