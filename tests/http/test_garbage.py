"""Requests leave no work to the garbage collector."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from interfaces.http.server.header_size_limit import HeaderSizeLimit


class Connection:
    """The server's end of a connection."""

    def __init__(self) -> None:
        self.written = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def get_extra_info(self, name: str) -> Any:
        return ("127.0.0.1", 8000) if name in ("sockname", "peername") else None

    def is_closing(self) -> bool:
        return self.closed


def test_requests_leave_nothing_to_the_garbage_collector(api):
    """Each collection of reference cycles delays the requests of others."""
    request = b"GET /v1/reporting/report_runs HTTP/1.1\r\nhost: reports\r\n\r\n"

    async def story() -> tuple[bytes, int]:
        config = uvicorn.Config(api.edge, http=HeaderSizeLimit, log_config=None, access_log=False)
        config.load()
        protocol, connection = HeaderSizeLimit(config, ServerState(), {}), Connection()
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
