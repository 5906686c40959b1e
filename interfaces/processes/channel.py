"""What a server and its helpers say to each other: Python values over pipes, one after the other."""

from __future__ import annotations

import os
import pickle
import select
import struct
from typing import Any

_LENGTH = struct.Struct("<I")

_CHUNK_BYTES = 64 * 1024

NOTHING: Any = object()


class Ended(Exception):
    """The other end has gone, or does not answer."""


class Channel:
    """One end. Both are this program, so what comes is trusted."""

    def __init__(self, reading: int, writing: int) -> None:
        """reading, writing  descriptors of pipes"""
        self.reading = reading
        self.writing = writing
        self._unread = b""
        self._readable = select.poll()  # takes any descriptor, where `select` ends at 1,024
        self._readable.register(reading, select.POLLIN)

    def say(self, value: object) -> None:
        """Raises `Ended`."""
        unsaid = frame_of(value)
        while unsaid:
            unsaid = self.write(unsaid)

    def hear(self) -> Any:
        """Wait for a value. Raises `Ended`."""
        while (value := self.next()) is NOTHING:
            self.read()
        return value

    def hear_within(self, seconds: float) -> Any:
        """A value that comes in time. Raises `TimeoutError`, or `Ended`."""
        while (value := self.next()) is NOTHING:
            if not self._readable.poll(seconds * 1000):
                raise TimeoutError
            self.read()
        return value

    def write(self, frame: memoryview) -> memoryview:
        """Write what the pipe takes of a frame, and give the rest. Raises `Ended`."""
        try:
            return frame[os.write(self.writing, frame) :]
        except BlockingIOError:  # a pipe that does not block, and is full
            return frame
        except OSError as trouble:
            raise Ended(str(trouble)) from trouble

    def read(self) -> None:
        """Read what has come, or wait for some. Raises `Ended`."""
        try:
            heard = os.read(self.reading, _CHUNK_BYTES)
        except BlockingIOError:  # there is nothing, and an event loop has the pipe
            return
        except OSError as trouble:
            raise Ended(str(trouble)) from trouble
        if not heard:
            raise Ended("it has gone")
        self._unread += heard

    def next(self) -> Any:
        """The next value that has been read; `NOTHING` when it is not there as a whole."""
        if len(self._unread) < _LENGTH.size:
            return NOTHING
        (length,) = _LENGTH.unpack_from(self._unread)
        end = _LENGTH.size + length
        if len(self._unread) < end:
            return NOTHING
        value = pickle.loads(memoryview(self._unread)[_LENGTH.size : end])
        self._unread = self._unread[end:]
        return value


def frame_of(value: object) -> memoryview:
    """A value as it is written."""
    encoded = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return memoryview(_LENGTH.pack(len(encoded)) + encoded)
