"""The head of a response is the same as uvicorn writes it, byte for byte, and so is what follows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import Message, Send
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from interfaces.http.server.response_head import quick_send
from tests.http.wire_end import WireEnd

DATE = (b"date", b"Thu, 01 Jan 1970 00:00:00 GMT")
JSON = (b"content-type", b"application/json")
BODY = b"{}\n"
LENGTH = (b"content-length", b"3")


def cycle_of(wire: WireEnd, method: str, *, keep_alive: bool) -> RequestResponseCycle:
    silent: Any = logging.getLogger("silent")
    scope: Any = {"method": method}
    return RequestResponseCycle(
        scope,
        wire,
        FlowControl(wire),
        silent,
        silent,
        False,
        [DATE],
        asyncio.Event(),
        False,
        keep_alive,
        lambda: None,
    )


def response(
    send_of: Callable[[RequestResponseCycle], Send], messages: list[Message], method: str, keep_alive: bool
) -> tuple[bytes, bool, bool, str]:
    """What is written, whether the connection stays open, whether the response is complete, and what went wrong."""
    wire = WireEnd()

    async def respond() -> tuple[bytes, bool, bool, str]:
        cycle = cycle_of(wire, method, keep_alive=keep_alive)
        trouble = ""
        try:
            for message in messages:
                await send_of(cycle)({**message})
        except RuntimeError as error:
            trouble = str(error)
        return wire.written, cycle.keep_alive, cycle.response_complete, trouble

    return asyncio.run(respond())


def messages(status: int, *headers: tuple[bytes, bytes], body: bytes = BODY) -> list[Message]:
    return [
        {"type": "http.response.start", "status": status, "headers": list(headers)},
        {"type": "http.response.body", "body": body},
    ]


RESPONSES = [
    messages(200, LENGTH, JSON),
    messages(404, LENGTH, JSON, (b"request-id", b"req_1")),
    messages(200, LENGTH, (b"etag", b'"\xe4\t"')),
    messages(200, LENGTH, (b"connection", b"close")),
    messages(200, JSON),
    messages(200, (b"transfer-encoding", b"chunked")),
    messages(204, body=b""),
    messages(304, LENGTH, body=b""),
    messages(200, LENGTH, body=b"longer"),
    messages(200, LENGTH, body=b""),
    messages(200, LENGTH, (b"stripe-account", b"a\r\nx: y")),
    messages(200, LENGTH, (b"stripe-account", b"a\ry")),
    messages(200, LENGTH, (b"stripe-account", b"a\x00")),
    messages(200, LENGTH, (b"stripe-account", b"\x7f")),
    messages(200, LENGTH)[1:],
    messages(200, LENGTH)[:1] * 2,
]


@pytest.mark.parametrize("keep_alive", [True, False])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("sent", RESPONSES)
def test_a_response_is_as_uvicorn_writes_it(sent: list[Message], method: str, keep_alive: bool) -> None:
    assert response(quick_send, sent, method, keep_alive) == response(
        lambda cycle: cycle.send,  # type: ignore[arg-type, return-value]
        sent,
        method,
        keep_alive,
    )


def test_a_head_of_a_known_length_is_not_searched_header_by_header(monkeypatch: pytest.MonkeyPatch) -> None:
    async def not_by_uvicorn(cycle: RequestResponseCycle, message: Message) -> None:
        assert message["type"] == "http.response.body"

    monkeypatch.setattr(RequestResponseCycle, "send", not_by_uvicorn)

    written, *_ = response(quick_send, messages(200, LENGTH, JSON), "GET", True)

    assert written == (
        b"HTTP/1.1 200 OK\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\ncontent-length: 3\r\n"
        b"content-type: application/json\r\n\r\n"
    )
