"""An answer that is sent as a whole is, byte for byte, what uvicorn sends of its two messages."""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from interfaces.http.server.head_limit import BoundedHeads
from interfaces.http.server.whole_answers import whole_answers

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


class Connection(Wire):
    """The server's end of a connection, as a protocol asks about it."""

    def get_extra_info(self, name: str) -> Any:
        return ("127.0.0.1", 8000) if name in ("sockname", "peername") else None

    def is_closing(self) -> bool:
        return self.closed


def test_requests_leave_nothing_to_the_garbage_collector(api):
    """What is in a circle of references is looked for again and again while others wait."""
    request = b"GET /v1/reporting/report_runs HTTP/1.1\r\nhost: reports\r\n\r\n"

    async def story() -> tuple[bytes, int]:
        config = uvicorn.Config(api.gate, http=BoundedHeads, log_config=None, access_log=False)
        config.load()
        protocol, connection = BoundedHeads(config, ServerState(), {}), Connection()
        protocol.connection_made(connection)

        async def ask(times: int) -> None:
            for _ in range(times):
                protocol.data_received(request)
                await asyncio.sleep(0.001)

        await ask(3)
        gc.collect()
        gc.disable()
        try:
            await ask(20)
            return connection.written, gc.collect()
        finally:
            gc.enable()
            protocol.connection_lost(None)

    written, left = asyncio.run(story())

    assert written.count(b"HTTP/1.1 401 ") == 23
    assert left < 20
