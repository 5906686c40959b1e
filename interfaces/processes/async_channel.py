"""A channel for coroutines: the event loop watches the pipes, so that it goes on while a request is under way."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from interfaces.processes.channel import INCOMPLETE, Channel, ChannelClosed, encode


class AsyncChannel:
    """Sends requests over a channel, one at a time, and awaits their answers.

    is_closed  whether no more can be sent: the other process has gone, or an answer was not waited for
    """

    def __init__(self, channel: Channel) -> None:
        """Made in the event loop that will send requests."""
        self._channel = channel
        self._loop = asyncio.get_running_loop()
        self._unsent = memoryview(b"")
        self._answer: asyncio.Future[Any] | None = None
        self.is_closed = False
        os.set_blocking(channel.writing, False)
        self._loop.add_reader(channel.reading, self._receive)

    async def request(self, message: object, seconds: float) -> Any:
        """The answer to a message. Raises `ChannelClosed` when the other process has gone, or is late."""
        self._unsent = encode(message)
        self._answer = self._loop.create_future()
        deadline = self._loop.call_later(seconds, self._fail, ChannelClosed(f"no answer for {seconds:g} s"))
        try:
            self._send()
            return await self._answer
        except asyncio.CancelledError:
            self.close()  # or the answer would be taken for that to the next request
            raise
        finally:
            deadline.cancel()
            self._answer = None

    def close(self) -> None:
        """Stop watching the pipes, so that they can be closed."""
        self.is_closed = True
        self._loop.remove_reader(self._channel.reading)
        self._loop.remove_writer(self._channel.writing)

    def _send(self) -> None:
        try:
            self._unsent = self._channel.write(self._unsent)
        except ChannelClosed as error:
            self._fail(error)
        else:
            if self._unsent:
                self._loop.add_writer(self._channel.writing, self._send)
            else:
                self._loop.remove_writer(self._channel.writing)

    def _receive(self) -> None:
        try:
            self._channel.read()
        except ChannelClosed as error:
            self._fail(error)
        else:
            answer = self._channel.next_message()
            if answer is not INCOMPLETE and self._answer is not None and not self._answer.done():
                self._answer.set_result(answer)

    def _fail(self, error: ChannelClosed) -> None:
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
