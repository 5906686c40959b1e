"""Answers that are there as a whole, head and body: sent in one write, without a look at each header again.

Offered to the application as an extension of ASGI. It does for one request what uvicorn's `send` does with two
messages, so it knows uvicorn's own names; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

EXTENSION = "reportrun.answer_whole"

AnswerWhole = Callable[[int, bytes, bytes], Awaitable[None]]
"""Takes a status, header lines with their ends, and a body. The lines hold the body's length."""

CLOSE = b"connection: close\r\n"


def whole_answers(cycle: RequestResponseCycle) -> AnswerWhole:
    """What answers one request."""

    async def answer(status: int, lines: bytes, body: bytes) -> None:
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if cycle.disconnected:
            return
        cycle.response_started = True
        cycle.waiting_for_100_continue = False
        server_lines = b"".join([b"%b: %b\r\n" % pair for pair in cycle.default_headers])
        if b"\r\n" + CLOSE in lines:
            cycle.keep_alive = False
        elif not cycle.keep_alive:
            lines += CLOSE
        shown = b"" if cycle.scope["method"] == "HEAD" else body
        cycle.transport.write(b"%b%b%b\r\n%b" % (STATUS_LINE[status], server_lines, lines, shown))
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()

    return answer
