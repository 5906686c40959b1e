"""Write coalescing: what is written within one turn of the event loop leaves in one system call a connection.

uvicorn sends the head and the body of a response with a system call each, and each call wakes a client;
`bash scripts/bench --only reads` shows what that costs.
"""

from __future__ import annotations

import asyncio
from typing import Any

MAX_HELD_BYTES = 65_536
"""Held of one connection; more is written at once, so that the transport's flow control sees it."""


class CoalescedWrites:
    """A transport that holds what is written until the event loop's next turn."""

    __slots__ = ("_held", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._held = b""

    def write(self, data: bytes) -> None:
        if self._held:
            self._held += data
        elif data:
            self._held = data
            self._loop.call_soon(self.flush)
        if len(self._held) > MAX_HELD_BYTES:
            self.flush()

    def write_eof(self) -> None:
        self.flush()
        self._transport.write_eof()

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def flush(self) -> None:
        """Write what is held."""
        held, self._held = self._held, b""
        if held and not self._transport.is_closing():
            self._transport.write(held)
