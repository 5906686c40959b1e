"""A channel to another process: Python values over a pair of pipes, each a length and a pickle."""

from __future__ import annotations

import os
import pickle
import select
import struct
from typing import Any

_LENGTH = struct.Struct("<I")

_CHUNK_BYTES = 64 * 1024

INCOMPLETE: Any = object()
"""Stands for a message of which only a part has been read."""


class ChannelClosed(Exception):
    """The other process has gone, or does not answer."""


class Channel:
    """One end of a channel. Both ends run this program, so what is received is trusted."""

    def __init__(self, reading: int, writing: int) -> None:
        """reading, writing  descriptors of pipes"""
        self.reading = reading
        self.writing = writing
        self._received = b""
        self._poll = select.poll()  # takes any descriptor, where `select` ends at 1,024
        self._poll.register(reading, select.POLLIN)

    def send(self, value: object) -> None:
        """Send a message. Raises `ChannelClosed`."""
        unsent = encode(value)
        while unsent:
            unsent = self.write(unsent)

    def receive(self) -> Any:
        """Wait for the next message. Raises `ChannelClosed`."""
        while (value := self.next_message()) is INCOMPLETE:
            self.read()
        return value

    def receive_within(self, seconds: float) -> Any:
        """The next message, when it comes in time. Raises `TimeoutError`, or `ChannelClosed`."""
        while (value := self.next_message()) is INCOMPLETE:
            if not self._poll.poll(seconds * 1000):
                raise TimeoutError
            self.read()
        return value

    def write(self, message: memoryview) -> memoryview:
        """Write what the pipe takes of an encoded message, and return the rest. Raises `ChannelClosed`."""
        try:
            return message[os.write(self.writing, message) :]
        except BlockingIOError:  # a non-blocking pipe that is full
            return message
        except OSError as error:
            raise ChannelClosed(str(error)) from error

    def read(self) -> None:
        """Read what has arrived; a blocking pipe waits for it. Raises `ChannelClosed`."""
        try:
            chunk = os.read(self.reading, _CHUNK_BYTES)
        except BlockingIOError:  # a non-blocking pipe that is empty
            return
        except OSError as error:
            raise ChannelClosed(str(error)) from error
        if not chunk:
            raise ChannelClosed("the other process has gone")
        self._received += chunk

    def next_message(self) -> Any:
        """The next message that has been read; `INCOMPLETE` when a part of it is missing."""
        if len(self._received) < _LENGTH.size:
            return INCOMPLETE
        (length,) = _LENGTH.unpack_from(self._received)
        end = _LENGTH.size + length
        if len(self._received) < end:
            return INCOMPLETE
        value = pickle.loads(memoryview(self._received)[_LENGTH.size : end])
        self._received = self._received[end:]
        return value


def encode(value: object) -> memoryview:
    """A message as it is written to the pipe."""
    pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return memoryview(_LENGTH.pack(len(pickled)) + pickled)
