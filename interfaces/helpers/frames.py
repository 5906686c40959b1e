"""What a server and its helpers say to each other: Python values over pipes, one after the other."""

from __future__ import annotations

import os
import pickle
import select
import struct
from typing import Any

_LENGTH = struct.Struct("<I")

_CHUNK_BYTES = 1024 * 1024


class Ended(Exception):
    """The other end has gone, or does not answer."""


class Frames:
    """One end. Both are this program, so what comes is trusted."""

    def __init__(self, reading: int, writing: int) -> None:
        """reading, writing  descriptors of pipes"""
        self._reading = reading
        self._writing = writing
        self._unread = b""

    def say(self, value: object) -> None:
        """Raises `Ended`."""
        encoded = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        unsaid = memoryview(_LENGTH.pack(len(encoded)) + encoded)
        try:
            while unsaid:
                unsaid = unsaid[os.write(self._writing, unsaid) :]
        except OSError as trouble:
            raise Ended(str(trouble)) from trouble

    def hear(self) -> Any:
        """Wait for a value. Raises `Ended`."""
        while (value := self._next()) is _NOTHING:
            self._read()
        return value

    def hear_within(self, seconds: float) -> Any:
        """A value that comes in time. Raises `TimeoutError`, or `Ended`."""
        while (value := self._next()) is _NOTHING:
            if not select.select([self._reading], [], [], seconds)[0]:
                raise TimeoutError
            self._read()
        return value

    def _read(self) -> None:
        try:
            heard = os.read(self._reading, _CHUNK_BYTES)
        except OSError as trouble:
            raise Ended(str(trouble)) from trouble
        if not heard:
            raise Ended("it has gone")
        self._unread += heard

    def _next(self) -> Any:
        if len(self._unread) < _LENGTH.size:
            return _NOTHING
        (length,) = _LENGTH.unpack_from(self._unread)
        end = _LENGTH.size + length
        if len(self._unread) < end:
            return _NOTHING
        value = pickle.loads(memoryview(self._unread)[_LENGTH.size : end])
        self._unread = self._unread[end:]
        return value


_NOTHING = object()
