"""What coroutines ask of another process, over pipes that their event loop watches."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from interfaces.processes.channel import NOTHING, Channel, Ended, frame_of


class AsyncChannel:
    """Questions to the other end of frames, one at a time. The event loop goes on meanwhile.

    has_ended  whether nothing more can be asked: the other end has gone, or an answer was not waited for
    """

    def __init__(self, frames: Channel) -> None:
        """Made in the event loop that will ask."""
        self._frames = frames
        self._loop = asyncio.get_running_loop()
        self._unsaid = memoryview(b"")
        self._answer: asyncio.Future[Any] | None = None
        self.has_ended = False
        os.set_blocking(frames.writing, False)
        self._loop.add_reader(frames.reading, self._hear)

    async def ask(self, question: object, seconds: float) -> Any:
        """The answer. Raises `Ended` when the other end has gone, or does not answer in time."""
        self._unsaid = frame_of(question)
        self._answer = self._loop.create_future()
        late = self._loop.call_later(seconds, self._fail, Ended(f"no word for {seconds:g} s"))
        try:
            self._say()
            return await self._answer
        except asyncio.CancelledError:
            self.end()  # or the answer would be taken for that to the next question
            raise
        finally:
            late.cancel()
            self._answer = None

    def end(self) -> None:
        """Have the event loop let go of the pipes, so that they can be closed."""
        self.has_ended = True
        self._loop.remove_reader(self._frames.reading)
        self._loop.remove_writer(self._frames.writing)

    def _say(self) -> None:
        try:
            self._unsaid = self._frames.write(self._unsaid)
        except Ended as trouble:
            self._fail(trouble)
        else:
            if self._unsaid:
                self._loop.add_writer(self._frames.writing, self._say)
            else:
                self._loop.remove_writer(self._frames.writing)

    def _hear(self) -> None:
        try:
            self._frames.read()
        except Ended as trouble:
            self._fail(trouble)
        else:
            answer = self._frames.next()
            if answer is not NOTHING and self._answer is not None and not self._answer.done():
                self._answer.set_result(answer)

    def _fail(self, trouble: Ended) -> None:
        self.end()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(trouble)
