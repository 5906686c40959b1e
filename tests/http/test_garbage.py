"""Requests leave no work to the garbage collector."""

from __future__ import annotations

import asyncio
import gc

import uvicorn
from uvicorn.server import ServerState

from interfaces.http.server.connection import Connection
from tests.http.wire_end import WireEnd
from tests.support.in_process import InProcess


def test_requests_leave_nothing_to_the_garbage_collector(api: InProcess) -> None:
    """Each collection of reference cycles delays the requests of others."""
    request = b"GET /v1/reporting/report_runs HTTP/1.1\r\nhost: reports\r\n\r\n"

    async def story() -> tuple[bytes, int]:
        config = uvicorn.Config(api.edge, http=Connection, log_config=None, access_log=False)
        config.load()
        protocol, wire = Connection(config, ServerState(), {}), WireEnd()
        protocol.connection_made(wire)

        async def ask(times: int) -> None:
            for _ in range(times):
                protocol.data_received(request)
                await asyncio.sleep(0.001)

        await ask(3)
        gc.collect()
        gc.disable()
        try:
            await ask(20)
            return wire.written, gc.collect()
        finally:
            gc.enable()
            protocol.connection_lost(None)

    written, left = asyncio.run(story())

    assert written.count(b"HTTP/1.1 401 ") == 23
    assert left < 20
