"""An answer that is sent as a whole is, byte for byte, what uvicorn sends of its two messages."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from interfaces.http.whole_answers import whole_answers

BODY = b'{\n  "id": "frr_1"\n}\n'


class Wire:
    def __init__(self) -> None:
        self.written = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True


class Exchange:
    """One request on a connection, and what came of it."""

    def __init__(self, method: str, keep_alive: bool) -> None:
        self.wire = Wire()
        self.ended = 0
        self.cycle = RequestResponseCycle(
            scope={"type": "http", "method": method},  # type: ignore[arg-type, typeddict-item]
            transport=self.wire,  # type: ignore[arg-type]
            flow=FlowControl(self.wire),  # type: ignore[arg-type]
            logger=logging.getLogger(__name__),
            access_logger=logging.getLogger(__name__),
            access_log=False,
            default_headers=[(b"date", b"Wed, 25 Nov 2026 00:00:00 GMT")],
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=keep_alive,
            on_response=self.end,
        )

    def end(self) -> None:
        self.ended += 1

    @property
    def outcome(self) -> tuple[Any, ...]:
        cycle = self.cycle
        states = (cycle.response_started, cycle.response_complete, cycle.keep_alive, cycle.message_event.is_set())
        return self.wire.written, self.wire.closed, self.ended, states


@pytest.mark.parametrize("extra", [[], [(b"connection", b"close")], [(b"idempotency-key", b"connection: close")]])
@pytest.mark.parametrize("keep_alive", [True, False])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize("status", [200, 404, 503])
def test_both_ways_send_the_same_and_leave_the_connection_the_same(method, keep_alive, extra, status):
    async def story() -> None:
        headers = [(b"content-length", b"%d" % len(BODY)), (b"content-type", b"application/json"), *extra]
        ours, theirs = Exchange(method, keep_alive), Exchange(method, keep_alive)

        await theirs.cycle.send({"type": "http.response.start", "status": status, "headers": headers})
        await theirs.cycle.send({"type": "http.response.body", "body": BODY})
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        await whole_answers(ours.cycle)(status, lines, BODY)

        assert ours.outcome == theirs.outcome
        assert ours.wire.written.startswith(b"HTTP/1.1 %d " % status)

    asyncio.run(story())


def test_nothing_is_sent_to_a_client_that_has_gone():
    async def story() -> None:
        exchange = Exchange("GET", keep_alive=True)
        exchange.cycle.disconnected = True

        await whole_answers(exchange.cycle)(200, b"content-length: 0\r\n", b"")

        assert (exchange.wire.written, exchange.ended) == (b"", 0)

    asyncio.run(story())
