"""Writes the head of a response at once, where uvicorn searches each header's name and value by itself."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import Message, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from interfaces.http.edge.response_headers import Header

CONTROL_CHARACTERS = bytes(byte for byte in range(0x20) if byte != ord("\t")) + b"\x7f"

LINE_ENDS = len(b"\r\n")


def quick_send(cycle: RequestResponseCycle) -> Send:
    """An ASGI `send` for one response. What is not a head of a known length goes through uvicorn's own."""

    async def send(message: Message) -> None:
        is_head = message["type"] == "http.response.start" and not cycle.response_started
        if not is_head or cycle.disconnected or cycle.flow.write_paused or not _write_head(cycle, message):
            await cycle.send(message)  # type: ignore[arg-type]

    return send


def _write_head(cycle: RequestResponseCycle, message: Message) -> bool:
    """Write a head as uvicorn does; False, with nothing written, for one that it has more to do with."""
    headers: Sequence[Header] = [*cycle.default_headers, *message.get("headers", ())]
    length = None
    for name, value in headers:
        if name == b"content-length":
            length = value
        elif name in (b"connection", b"transfer-encoding"):
            return False
    lines = b"\r\n".join(map(b": ".join, headers))
    controls = len(lines) - len(lines.translate(None, CONTROL_CHARACTERS))
    if length is None or controls != LINE_ENDS * (len(headers) - 1):
        return False
    cycle.response_started = True
    cycle.waiting_for_100_continue = cycle.chunked_encoding = False
    cycle.expected_content_length = int(length)
    close = b"" if cycle.keep_alive else b"connection: close\r\n"
    cycle.transport.write(b"%b%b\r\n%b\r\n" % (STATUS_LINE[message["status"]], lines, close))
    return True
